import BinlogReader
import Rows
import Sinks

/// All that `/metrics` tells. Labels: `pipeline` is the sink's name; `table` is the target's, and `database` that which the
/// view names for it, or of a table that is copied the source's. What nobody knows has no sample.
struct Metrics {
    struct Pipeline {
        var status: PipelineStatus
        var snapshot: Progress.Snapshot
    }

    let pipelines: [Pipeline]
    let source: SourceStatus
    /// Since 1970 UTC.
    let startMicroseconds: Int64

    var text: String {
        var metrics = MetricsText()
        process(&metrics)
        states(&metrics)
        positions(&metrics)
        work(&metrics)
        return metrics.text
    }

    private func process(_ metrics: inout MetricsText) {
        metrics.family("replicator_build_info", .gauge, "The program's version.")
        metrics.sample(1, ["version": replicatorVersion])
        metrics.family("process_start_time_seconds", .gauge, "When the process began, since 1970.")
        metrics.sample(Double(startMicroseconds) / 1e6)
        if let usage = ProcessUsage.now {
            metrics.family("process_resident_memory_bytes", .gauge, "Memory that the process holds.")
            metrics.sample(usage.residentByteCount)
            metrics.family("process_cpu_seconds_total", .counter, "Processor time that the process has used.")
            metrics.sample(usage.processorSeconds)
        }
        metrics.family(
            "replicator_source_up", .gauge, "Whether the source answered when last asked about its log (1) or not (0).")
        metrics.sample(source.error == nil ? 1 : 0)
    }

    private func states(_ metrics: inout MetricsText) {
        metrics.family("replicator_pipeline_state", .gauge, "1 for the state that the pipeline is in, else 0.")
        for pipeline in pipelines {
            for state in PipelineState.allCases {
                metrics.sample(
                    pipeline.status.state == state ? 1 : 0, ["pipeline": pipeline.status.name, "state": state.rawValue])
            }
        }
        metrics.family("replicator_mapping_info", .gauge, "The version of the mappings that rows go through.")
        for pipeline in pipelines {
            guard let version = pipeline.status.mapping?.version else { continue }
            metrics.sample(1, ["pipeline": pipeline.status.name, "version": version])
        }
        metrics.family("replicator_source_info", .gauge, "The server that the pipeline's log comes from.")
        for pipeline in pipelines {
            guard let host = pipeline.status.host else { continue }
            metrics.sample(1, ["pipeline": pipeline.status.name, "host": host])
        }
        metrics.family("replicator_last_error_timestamp_seconds", .gauge, "When the last error was, since 1970.")
        for pipeline in pipelines {
            guard let failure = pipeline.snapshot.lastFailure else { continue }
            metrics.sample(Double(failure.microseconds) / 1e6, ["pipeline": pipeline.status.name])
        }
    }

    private func positions(_ metrics: inout MetricsText) {
        func gauge(_ name: String, _ help: String, _ value: (Pipeline) -> Double?) {
            metrics.family(name, .gauge, help)
            for pipeline in pipelines {
                if let value = value(pipeline) { metrics.sample(value, ["pipeline": pipeline.status.name]) }
            }
        }
        gauge("replicator_position_file_sequence", "Number of the binary log's file where a restart would begin.") {
            $0.snapshot.resume?.position.sequence.map { Double($0) }
        }
        gauge("replicator_position_offset_bytes", "Offset in that file.") {
            $0.snapshot.resume.map { Double($0.position.offset) }
        }
        gauge("replicator_commit_timestamp_seconds", "When the last transaction applied was committed, since 1970.") {
            $0.snapshot.resume.flatMap { $0.commitMicroseconds > 0 ? Double($0.commitMicroseconds) / 1e6 : nil }
        }
        gauge("replicator_lag_seconds", "At most so long ago was what comes next committed; 0: nothing is.") {
            $0.status.lag.seconds
        }
        gauge("replicator_lag_bytes", "Binary log between the position and the log's end.") {
            $0.status.lag.bytes.map { Double($0) }
        }
        gauge("replicator_retention_headroom_seconds", "At least so long the source keeps the position.") {
            $0.status.retention.seconds
        }
        gauge("replicator_retention_headroom_bytes", "So much log until the source drops the position.") {
            $0.status.retention.bytes.map { Double($0) }
        }
    }

    private func work(_ metrics: inout MetricsText) {
        metrics.family("replicator_rows_total", .counter, "Rows written, by the target's table and operation.")
        for pipeline in pipelines {
            for (table, counts) in pipeline.snapshot.tables.sorted(by: { $0.key.description < $1.key.description }) {
                for (operation, count) in [
                    ("insert", counts.inserts), ("update", counts.updates), ("delete", counts.deletes),
                ] {
                    metrics.sample(
                        count,
                        [
                            "pipeline": pipeline.status.name, "database": table.database, "table": table.table,
                            "operation": operation,
                        ])
                }
            }
        }
        metrics.family("replicator_collisions_total", .counter, "Changes that met another row than they expected.")
        for pipeline in pipelines {
            let counts = pipeline.snapshot.counts
            for (name, count) in [
                ("duplicate-insert", counts.duplicateInserts), ("missing-update", counts.missingUpdates),
                ("missing-delete", counts.missingDeletes),
            ] {
                metrics.sample(count, ["pipeline": pipeline.status.name, "case": name])
            }
        }
        count(&metrics, "replicator_retries_total", .counter, "Times that something was tried again.") { $0.retries }
        count(
            &metrics, "replicator_skipped_statements_total", .counter, "Changes logged as text that were passed over."
        ) { $0.skippedStatements }
        count(&metrics, "replicator_failovers_total", .counter, "Times that another server was followed.") {
            $0.failovers
        }
        count(&metrics, "replicator_prepared_transactions", .gauge, "XA transactions that wait for their end.") {
            $0.prepared.count
        }
        metrics.family(
            "replicator_prepared_oldest_timestamp_seconds", .gauge,
            "When the oldest of these was prepared, since 1970.")
        for pipeline in pipelines {
            guard let oldest = pipeline.snapshot.prepared?.oldestMicroseconds, oldest > 0 else { continue }
            metrics.sample(Double(oldest) / 1e6, ["pipeline": pipeline.status.name])
        }
        count(&metrics, "replicator_parked", .gauge, "Changes that wait to be applied.") { $0.parked }
        count(&metrics, "replicator_dead_letters", .gauge, "Changes that nobody tries any more.") { $0.deadLetters }
        count(&metrics, "replicator_queue_rows", .gauge, "Rows read that wait for a lane.") { $0.queue.rows }
        count(&metrics, "replicator_queue_bytes", .gauge, "Memory that these take.") { $0.queue.bytes }
        metrics.family("replicator_batch_rows", .histogram, "Rows a write to the sink.")
        for pipeline in pipelines {
            metrics.sample(pipeline.snapshot.batchRows, ["pipeline": pipeline.status.name])
        }
        metrics.family("replicator_write_duration_seconds", .histogram, "How long the sink took for a write.")
        for pipeline in pipelines {
            metrics.sample(pipeline.snapshot.writeSeconds, ["pipeline": pipeline.status.name])
        }
        metrics.family(
            "replicator_commit_latency_seconds", .histogram,
            "From a commit at the source to the end of the write, for the oldest transaction of each write.")
        for pipeline in pipelines {
            metrics.sample(pipeline.snapshot.commitSeconds, ["pipeline": pipeline.status.name])
        }
    }

    private func count(
        _ metrics: inout MetricsText, _ name: String, _ kind: MetricsText.Kind, _ help: String,
        _ value: (PipelineStatus) -> Int?
    ) {
        metrics.family(name, kind, help)
        for pipeline in pipelines {
            guard let value = value(pipeline.status) else { continue }
            metrics.sample(value, ["pipeline": pipeline.status.name])
        }
    }
}
