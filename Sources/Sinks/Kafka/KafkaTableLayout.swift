import Rows

/// How the rows of one target table go to Kafka.
struct KafkaTableLayout {
    let table: Table
    let topic: KafkaTopic
    /// What record keys are made of; nil for a table without a key, whose records have none.
    let key: KafkaKey?

    /// Throws what `check` says of a table that cannot be kept.
    init(_ table: Table, _ settings: KafkaSettings, _ client: KafkaClient) throws(SinkError) {
        self.table = table
        do throws(KafkaTopicTemplate.Problem) {
            let name = try settings.topic.name(for: table)
            do throws(KafkaError) {
                topic = try KafkaTopic(name, of: client)
            } catch {
                throw KafkaTopicTemplate.Problem(text: "\(settings.address.label): \(error.reason)")
            }
        } catch {
            throw SinkError(.fatal, error.text, table: table.qualifiedName)
        }
        key = table.primaryKey.isEmpty ? nil : KafkaKey(table)
    }
}

/// A row's key as the key of its records: the JSON object of the key's columns in key order, such as
/// `{"order_id":17,"line":1}`. The same key always makes the same bytes, which partitioning and compaction rest on.
struct KafkaKey {
    /// A table of the key's columns alone.
    private let table: Table
    private let columns: [Int]
    private let images: ImageJSON

    init(_ table: Table) {
        columns = table.primaryKey
        self.table = Table(
            database: table.database, name: table.name, columns: columns.map { table.columns[$0] },
            primaryKey: Array(columns.indices))
        images = ImageJSON(self.table)
    }

    /// `batch` with the key's columns alone: cells are shared, not copied.
    func projected(_ batch: RowBatch) -> RowBatch {
        var keys = batch
        keys.table = table
        keys.projection = columns.map { batch.projection?[$0] ?? Int32($0) }
        return keys
    }

    /// Appends the key of the image that begins at `image` of a batch that was ``projected(_:)``.
    func append(imageAt image: Int32, _ row: Row, of keys: RowBatch, to output: inout [UInt8]) throws(SinkError) {
        for column in columns.indices {
            switch keys.cell(column, at: image) {
            case .absent: throw SinkError(.absent, column: column, row: row, of: keys)
            case .null: throw SinkError(.nullKey, column: column, row: row, of: keys)
            default: continue
            }
        }
        do throws(ImageError) {
            try images.append(imageAt: image, of: keys, to: &output)
        } catch {
            throw SinkError(.value(error.reason), column: error.column, row: row, of: keys)
        }
    }
}
