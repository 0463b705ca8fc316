//! Figures for Prometheus, in its text format (api/transports §17).

use std::{
    fmt::{Display, Write as _},
    time::Duration,
};

use nekonap_ids::Uin;

use crate::{bot::Bot, calls::CALL_BUCKETS};

/// Type of a metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricKind {
    /// Only grows while the process runs.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Counts in buckets, with their sum and number.
    Histogram,
}

/// The text of a page of metrics. Every sample has the label `account`.
#[derive(Debug)]
pub struct Metrics {
    account: Uin,
    text: String,
    name: &'static str,
}

impl Metrics {
    /// An empty page for an account.
    pub fn new(account: Uin) -> Self {
        Self {
            account,
            text: String::new(),
            name: "",
        }
    }

    /// Begins a metric; its samples follow.
    pub fn begin(&mut self, name: &'static str, kind: MetricKind, help: &str) -> &mut Self {
        let kind = match kind {
            MetricKind::Counter => "counter",
            MetricKind::Gauge => "gauge",
            MetricKind::Histogram => "histogram",
        };
        self.name = name;
        // Writing to a String cannot fail.
        let _ = write!(self.text, "# HELP {name} {help}\n# TYPE {name} {kind}\n");
        self
    }

    /// A sample of the current metric, with labels and their values.
    pub fn sample(&mut self, labels: &[(&str, &str)], value: impl Display) -> &mut Self {
        self.line("", labels, value)
    }

    /// The page.
    pub fn into_text(self) -> String {
        self.text
    }

    /// A metric with one sample.
    fn one(&mut self, name: &'static str, kind: MetricKind, help: &str, value: impl Display) {
        self.begin(name, kind, help).sample(&[], value);
    }

    fn line(&mut self, suffix: &str, labels: &[(&str, &str)], value: impl Display) -> &mut Self {
        let _ = write!(
            self.text,
            "{}{suffix}{{account=\"{}\"",
            self.name, self.account
        );
        for (label, text) in labels {
            let text = text
                .replace('\\', r"\\")
                .replace('"', "\\\"")
                .replace('\n', r"\n");
            let _ = write!(self.text, ",{label}=\"{text}\"");
        }
        let _ = writeln!(self.text, "}} {value}");
        self
    }

    /// One series of a histogram.
    fn histogram(
        &mut self,
        labels: &[(&str, &str)],
        buckets: &[(f64, u64)],
        (count, sum): (u64, Duration),
    ) {
        let mut below = 0;
        for (bound, more) in buckets {
            below += more;
            let bound = bound.to_string();
            let labels = [labels, &[("le", bound.as_str())]].concat();
            self.line("_bucket", &labels, below);
        }
        self.line("_bucket", &[labels, &[("le", "+Inf")]].concat(), count);
        self.line("_sum", labels, sum.as_secs_f64());
        self.line("_count", labels, count);
    }
}

impl Bot {
    /// The metrics of the bot. The gateway adds those of its connections.
    pub async fn metrics(&self) -> Metrics {
        let mut page = Metrics::new(self.self_id());
        self.write_account(&mut page);
        self.write_wire(&mut page);
        self.write_calls(&mut page);
        self.write_archive(&mut page).await;
        page
    }

    fn write_account(&self, page: &mut Metrics) {
        use MetricKind::{Counter, Gauge};
        let status = self.status();
        let vitals = self.vitals();
        page.begin("nekonap_info", Gauge, "Version of the program; always 1.")
            .sample(&[("version", env!("CARGO_PKG_VERSION"))], 1);
        page.one(
            "nekonap_start_time_seconds",
            Gauge,
            "Start of the bot, Unix seconds.",
            status.stat.startup_time,
        );
        page.one(
            "nekonap_online",
            Gauge,
            "Whether the account is logged in and connected, 1 or 0.",
            u8::from(status.online),
        );
        page.begin(
            "nekonap_messages_total",
            Counter,
            "Messages received from others, and sent by this bot.",
        )
        .sample(&[("direction", "received")], vitals.messages_received.get())
        .sample(&[("direction", "sent")], vitals.messages_sent.get());
        page.one(
            "nekonap_last_message_time_seconds",
            Gauge,
            "Time of the newest message, Unix seconds; 0 before the first.",
            vitals.last_message_time.get(),
        );
        page.one(
            "nekonap_events_total",
            Counter,
            "Events appended to the event log.",
            vitals.events.get(),
        );
        page.one(
            "nekonap_events_dropped_total",
            Counter,
            "Pushes that made no event because something in them could not be resolved or stored.",
            vitals.events_dropped.get(),
        );
        let (events, bytes) = self.log().size();
        page.one(
            "nekonap_event_log_events",
            Gauge,
            "Events in the event log.",
            events,
        );
        page.one(
            "nekonap_event_log_bytes",
            Gauge,
            "Size of the rendered events in the event log.",
            bytes,
        );
        page.one(
            "nekonap_event_log_readers",
            Gauge,
            "Connections that read the event log.",
            self.log().readers(),
        );
    }

    fn write_wire(&self, page: &mut Metrics) {
        use MetricKind::Counter;
        let counters = self.client().counters();
        page.begin(
            "nekonap_wire_frames_total",
            Counter,
            "Frames received from QQ, and sent to it.",
        )
        .sample(&[("direction", "received")], counters.frames_received)
        .sample(&[("direction", "sent")], counters.frames_sent);
        page.begin(
            "nekonap_wire_undecodable_total",
            Counter,
            "Received frames, and bodies of frames, that could not be decoded.",
        )
        .sample(&[("part", "frame")], counters.malformed_frames)
        .sample(&[("part", "body")], counters.malformed_bodies);
        page.one(
            "nekonap_wire_timeouts_total",
            Counter,
            "Requests without a reply in time.",
            counters.timeouts,
        );
        page.one(
            "nekonap_wire_disconnects_total",
            Counter,
            "Connections to QQ that were lost while online.",
            counters.disconnects,
        );
        page.one(
            "nekonap_wire_repeats_total",
            Counter,
            "Pushes that were dropped as repeats.",
            counters.repeats,
        );
        page.one(
            "nekonap_wire_fetched_messages_total",
            Counter,
            "Missed messages that were read from history.",
            counters.fetched_messages,
        );
        page.begin(
            "nekonap_wire_lost_total",
            Counter,
            "Pushed notices that were lost, missed messages that were too many to read, and pushes for another account.",
        )
        .sample(&[("what", "notice")], counters.lost_notices)
        .sample(&[("what", "message")], counters.skipped_messages)
        .sample(&[("what", "stray")], counters.stray_pushes);
    }

    fn write_calls(&self, page: &mut Metrics) {
        let calls = self.calls();
        page.begin(
            "nekonap_calls_total",
            MetricKind::Counter,
            "Calls by action and result: `ok`, or the code of the failure. Names that are not an action count as `unknown`.",
        );
        for action in &calls {
            for (code, count) in &action.results {
                let result = code.map_or("ok", |code| code.as_str());
                page.sample(&[("action", action.action), ("result", result)], count);
            }
        }
        page.begin(
            "nekonap_call_duration_seconds",
            MetricKind::Histogram,
            "How long calls took.",
        );
        for action in &calls {
            let buckets: Vec<(f64, u64)> = CALL_BUCKETS.into_iter().zip(action.buckets).collect();
            let count = action.results.iter().map(|(_, count)| count).sum();
            let labels = [("action", action.action)];
            page.histogram(&labels, &buckets, (count, action.duration));
        }
    }

    async fn write_archive(&self, page: &mut Metrics) {
        use MetricKind::Gauge;
        page.one(
            "nekonap_archive_healthy",
            Gauge,
            "Whether the archive can be written, 1 or 0.",
            u8::from(self.archive().healthy()),
        );
        // An archive that cannot be read has no size; whether it can be written is above.
        let size = self.archive().size().await.ok();
        page.begin(
            "nekonap_archive_messages",
            Gauge,
            "Messages in the archive.",
        );
        if let Some(size) = size {
            page.sample(&[], size.messages);
        }
        page.begin(
            "nekonap_archive_bytes",
            Gauge,
            "Size of the archive's database, without its write-ahead log.",
        );
        if let Some(size) = size {
            page.sample(&[], size.bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_have_labels_and_histograms_add_up() {
        let mut page = Metrics::new(Uin::new(10001).expect("an account"));
        page.begin("a_total", MetricKind::Counter, "Text.")
            .sample(&[("entry", "a \"b\" \\ \n")], 3);
        page.begin("b_seconds", MetricKind::Histogram, "Times.");
        let sum = Duration::from_millis(1_500);
        page.histogram(&[("action", "x")], &[(0.5, 2), (1.0, 1)], (4, sum));
        assert_eq!(
            page.into_text(),
            "# HELP a_total Text.\n# TYPE a_total counter\n\
             a_total{account=\"10001\",entry=\"a \\\"b\\\" \\\\ \\n\"} 3\n\
             # HELP b_seconds Times.\n# TYPE b_seconds histogram\n\
             b_seconds_bucket{account=\"10001\",action=\"x\",le=\"0.5\"} 2\n\
             b_seconds_bucket{account=\"10001\",action=\"x\",le=\"1\"} 3\n\
             b_seconds_bucket{account=\"10001\",action=\"x\",le=\"+Inf\"} 4\n\
             b_seconds_sum{account=\"10001\",action=\"x\"} 1.5\n\
             b_seconds_count{account=\"10001\",action=\"x\"} 4\n"
        );
    }
}
