import Rows
import Sinks

/// Sends changes to lanes: looks up each table's routes once, and keeps source order within a lane. Belongs to the
/// source thread.
struct Router {
    /// Another plan holds from the next rows on: all lanes must have applied what was queued under the last one.
    var plan: TargetPlan {
        didSet { routes = [:] }
    }
    private let lanes: [Lane]
    /// Asks the sink whether it can take rows of a target that was not seen before, the first of which are at a position.
    private let admit: (Table, BinlogPosition) throws -> Void
    /// Asks the sink what ties targets together.
    private let askTies: (Set<TableName>) throws -> TargetTies
    /// By table identity; a table is a new object when its TABLE_MAP differs, and after a rotation.
    private var routes: [ObjectIdentifier: (table: Table, routes: [Route])] = [:]
    private var admitted: [TableName: Table] = [:]

    init(
        plan: TargetPlan, lanes: [Lane], admit: @escaping (Table, BinlogPosition) throws -> Void,
        askTies: @escaping (Set<TableName>) throws -> TargetTies
    ) {
        self.plan = plan
        self.lanes = lanes
        self.admit = admit
        self.askTies = askTies
    }

    /// What ties the targets together, where `batches` reach a target that nothing has reached before and it is not what
    /// the plan says; nil: they may be routed. A table that comes later may bring foreign keys to tables that are known.
    mutating func changedTies(for batches: [RowBatch]) throws -> TargetTies? {
        guard lanes.count > 1 else { return nil }
        let count = admitted.count
        for batch in batches { _ = try routes(for: batch) }
        guard admitted.count > count else { return nil }
        let ties = try askTies(plan.ties.targets.union(admitted.keys))
        return ties == plan.ties ? nil : ties
    }

    /// Queues one transaction's rows, or a part of them. `resume` is where reading may start again after it. False:
    /// the pipeline is ending, and they were not taken.
    mutating func route(_ batches: [RowBatch], resume: ResumePosition?) throws -> Bool {
        var shares = Array(repeating: LaneChanges(batches: []), count: lanes.count)
        for batch in batches {
            for route in try self.routes(for: batch) {
                shares[route.lane].batches.append((batch, route))
            }
        }
        for lane in shares.indices { shares[lane].gtids = resume?.gtids }
        // Only where one lane has all of it does the lane know that the transaction is applied.
        if lanes.count == 1 { shares[0].resume = resume }
        for (lane, share) in zip(lanes, shares) where !share.batches.isEmpty || share.resume != nil {
            guard lane.queue.push(.changes(share), cost: share.cost) else { return false }
        }
        return true
    }

    /// Puts the same barrier into every lane; nil if the pipeline is ending.
    func barrier(at place: LaneCheckpoint?) -> Barrier? {
        let barrier = Barrier(place: place, lanes: lanes.count)
        for lane in lanes {
            guard lane.queue.push(.barrier(barrier), cost: .init()) else { return nil }
        }
        return barrier
    }

    private mutating func routes(for batch: RowBatch) throws -> [Route] {
        let table = batch.table
        if let known = routes[ObjectIdentifier(table)] { return known.routes }
        let made = try plan.routes(for: table)
        for route in made { try admitOnce(route.target, batch.origin.position) }
        // Each rotation brings new objects; the old ones are not asked for again.
        if routes.count >= 4096 { routes = [:] }
        routes[ObjectIdentifier(table)] = (table, made)
        return made
    }

    private mutating func admitOnce(_ target: Table, _ position: BinlogPosition) throws {
        let name = TableName(database: target.database, table: target.name)
        if let known = admitted[name], known.columns == target.columns, known.primaryKey == target.primaryKey { return }
        try admit(target, position)
        admitted[name] = target
    }
}
