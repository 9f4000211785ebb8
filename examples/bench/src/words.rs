//! The words of the tables and pictures, and how each language writes numbers.

use crate::results::{Note, Reason};

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Language {
    English,
    German,
}

use Language::{English, German};

/// What the tables and pictures say, in one language.
pub struct Words {
    pub language: Language,
    pub peer: &'static str,
    pub connections: &'static str,
    pub busy: &'static str,
    pub busy_to_tokio: &'static str,
    pub busy_to_epoll: &'static str,
    pub to_tokio: &'static str,
    pub to_epoll: &'static str,
    pub cpu: &'static str,
    pub latency: &'static str,
    pub latency_at: &'static str,
    pub large: &'static str,
    pub messages: &'static str,
    pub cpu_column: &'static str,
    pub idle: &'static str,
    pub alone: &'static str,
    pub among: &'static str,
    pub among_to_alone: &'static str,
    pub silent_bytes: &'static str,
    pub heard_bytes: &'static str,
    pub arrivals: &'static str,
    pub arrivals_column: &'static str,
    pub storm: &'static str,
    pub calls: &'static str,
    pub all_calls: &'static str,
    pub which_calls: &'static str,
    pub spare: &'static str,
    pub left_out: &'static str,
    pub messages_picture: &'static str,
    pub messages_axis: &'static str,
    pub connections_axis: &'static str,
    pub memory_picture: &'static str,
    pub memory_axis: &'static str,
}

pub const ENGLISH: Words = Words {
    language: English,
    peer: "server",
    connections: "connections",
    busy: "Busy: thousand messages a second (lowest–highest turn)",
    busy_to_tokio: "Busy: messages a second, as a ratio to tokio",
    busy_to_epoll: "Busy: messages a second, as a ratio to epoll",
    to_tokio: "to tokio",
    to_epoll: "to epoll",
    cpu: "Busy: microseconds of the server's CPU for each message",
    latency: "Busy: microseconds from a message to its answer, p50 and p99",
    latency_at: "at",
    large: "Large: messages of 1000 bytes, 100 connections",
    messages: "thousand messages/s",
    cpu_column: "CPU µs each",
    idle: "Idle: 100 busy connections, alone and beside silent ones",
    alone: "thousand messages/s alone",
    among: "beside",
    among_to_alone: "beside to alone",
    silent_bytes: "bytes for each silent one",
    heard_bytes: "after one message each",
    arrivals: "Arrivals: connect, one message, close, 10 at a time",
    arrivals_column: "thousand connections/s",
    storm: "Storm: all connect at once, milliseconds until the last is served",
    calls: "System calls for each message, 100 busy connections",
    all_calls: "all",
    which_calls: "of these",
    spare: "What the load had to spare, per cent of its time",
    left_out: "Left out:",
    messages_picture: "Answers a second, 64-byte messages",
    messages_axis: "thousand a second",
    connections_axis: "connections",
    memory_picture: "Memory for each silent connection",
    memory_axis: "bytes",
};

pub const GERMAN: Words = Words {
    language: German,
    peer: "Server",
    connections: "Verbindungen",
    busy: "Beschäftigt: tausend Nachrichten je Sekunde (niedrigster–höchster Durchgang)",
    busy_to_tokio: "Beschäftigt: Nachrichten je Sekunde im Verhältnis zu tokio",
    busy_to_epoll: "Beschäftigt: Nachrichten je Sekunde im Verhältnis zu epoll",
    to_tokio: "zu tokio",
    to_epoll: "zu epoll",
    cpu: "Beschäftigt: Mikrosekunden CPU-Zeit des Servers für jede Nachricht",
    latency: "Beschäftigt: Mikrosekunden von der Nachricht bis zur Antwort, p50 und p99",
    latency_at: "bei",
    large: "Groß: Nachrichten von 1000 Bytes, 100 Verbindungen",
    messages: "tausend Nachrichten/s",
    cpu_column: "CPU-µs je Nachricht",
    idle: "Still: 100 beschäftigte Verbindungen, allein und neben stillen",
    alone: "tausend Nachrichten/s allein",
    among: "daneben",
    among_to_alone: "daneben zu allein",
    silent_bytes: "Bytes für jede stille",
    heard_bytes: "nach je einer Nachricht",
    arrivals: "Kommen und Gehen: verbinden, eine Nachricht, schließen, 10 gleichzeitig",
    arrivals_column: "tausend Verbindungen/s",
    storm: "Ansturm: alle verbinden sich auf einmal, Millisekunden, bis der Letzte bedient ist",
    calls: "Systemaufrufe für jede Nachricht, 100 beschäftigte Verbindungen",
    all_calls: "alle",
    which_calls: "davon",
    spare: "Was die Last an Zeit übrig hatte, in Prozent",
    left_out: "Nicht dabei:",
    messages_picture: "Antworten je Sekunde, Nachrichten von 64 Bytes",
    messages_axis: "tausend je Sekunde",
    connections_axis: "Verbindungen",
    memory_picture: "Speicher für jede stille Verbindung",
    memory_axis: "Bytes",
};

impl Words {
    /// A number with `decimals` digits behind the point.
    pub fn number(&self, value: f64, decimals: usize) -> String {
        let text = format!("{:.decimals$}", value.abs());
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let (thousands, point) = match self.language {
            English => (',', '.'),
            German => ('.', ','),
        };
        let mut number = String::new();
        let is_zero = text.chars().all(|c| c == '0' || c == '.');
        if value < 0.0 && !is_zero {
            number.push('−');
        }
        for (i, digit) in whole.chars().enumerate() {
            // Four digits are read at a glance, as in the prose.
            if i > 0 && whole.len() > 4 && (whole.len() - i) % 3 == 0 {
                number.push(thousands);
            }
            number.push(digit);
        }
        if !fraction.is_empty() {
            number.push(point);
            number.push_str(fraction);
        }
        number
    }

    /// A number with about three digits that say something.
    pub fn three_digits(&self, value: f64) -> String {
        let decimals = match value.abs() {
            large if large >= 99.95 => 0,
            middle if middle >= 9.995 => 1,
            _ => 2,
        };
        self.number(value, decimals)
    }

    /// From a factor to a greater one: how often something is contained in something else.
    pub fn range(&self, range: Option<(f64, f64)>) -> String {
        let Some((least, most)) = range else { return "–".to_owned() };
        let (least, most) = (self.number(least, 1), self.number(most, 1));
        match self.language {
            English => format!("{least} to {most}"),
            German => format!("{least}- bis {most}-mal"),
        }
    }

    pub fn reason(&self, reason: &Reason) -> String {
        match (self.language, reason) {
            (English, Reason::NoPython) => {
                "no Python that can be started (see --python)".to_owned()
            }
            (German, Reason::NoPython) => {
                "kein Python, das sich starten lässt (siehe --python)".to_owned()
            }
            (English, Reason::NoUvloop) => "uvloop is not installed".to_owned(),
            (German, Reason::NoUvloop) => "uvloop ist nicht installiert".to_owned(),
            (English, Reason::NoLab) => {
                "the lab's own server has to be given with --lab PATH/server.py".to_owned()
            }
            (German, Reason::NoLab) => {
                "der eigene Server des Labs muss mit --lab PFAD/server.py angegeben werden"
                    .to_owned()
            }
            (English, Reason::NoStrace(why)) => format!("strace cannot count: {why}"),
            (German, Reason::NoStrace(why)) => format!("strace kann nicht zählen: {why}"),
            (English, Reason::SelectEnds) => "select ends at descriptor 1024".to_owned(),
            (German, Reason::SelectEnds) => "select endet bei Deskriptor 1024".to_owned(),
            (English, Reason::Late { served, of, seconds }) => {
                format!("{served} of {of} served after {seconds} s")
            }
            (German, Reason::Late { served, of, seconds }) => {
                format!("{served} von {of} bedient nach {seconds} s")
            }
            (English, Reason::Failed(why)) => format!("failed: {why}"),
            (German, Reason::Failed(why)) => format!("fehlgeschlagen: {why}"),
        }
    }

    pub fn note(&self, note: &Note) -> String {
        match (self.language, note) {
            (English, Note::OneCore) => {
                "There is only one core: the servers and the load share it. Do not compare these \
                 numbers with those of two cores."
                    .to_owned()
            }
            (German, Note::OneCore) => {
                "Es gibt nur einen Kern: Die Server und die Last teilen ihn sich. Mit den Zahlen \
                 von zwei Kernen sind diese nicht zu vergleichen."
                    .to_owned()
            }
            (English, Note::Disturbed(share)) => format!(
                "The machine was not quiet: {} % of the time other processes had the two cores.",
                self.number(share * 100.0, 0)
            ),
            (German, Note::Disturbed(share)) => format!(
                "Die Maschine war nicht ruhig: {} % der Zeit hatten andere Prozesse die beiden \
                 Kerne.",
                self.number(share * 100.0, 0)
            ),
            (English, Note::Fewer { wanted, clients }) => format!(
                "{clients} connections instead of {wanted}: a process may not have more \
                 descriptors here (ulimit -Hn)."
            ),
            (German, Note::Fewer { wanted, clients }) => format!(
                "{clients} Verbindungen statt {wanted}: Mehr Deskriptoren darf ein Prozess hier \
                 nicht haben (ulimit -Hn)."
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_writes_numbers_its_way() {
        assert_eq!(ENGLISH.number(1234567.25, 1), "1,234,567.2");
        assert_eq!(GERMAN.number(1234567.25, 1), "1.234.567,2");
        assert_eq!([5000.0, 10000.0].map(|n| ENGLISH.number(n, 0)), ["5000", "10,000"]);
        assert_eq!(GERMAN.number(0.0, 0), "0");
        assert_eq!(ENGLISH.number(-0.2, 0), "0");
        assert_eq!(ENGLISH.number(-12.0, 0), "−12");
    }

    #[test]
    fn a_range_is_written_as_each_language_does() {
        assert_eq!(ENGLISH.range(Some((1.21, 1.6))), "1.2 to 1.6");
        assert_eq!(GERMAN.range(Some((1.21, 1.6))), "1,2- bis 1,6-mal");
        assert_eq!(ENGLISH.range(None), "–");
    }

    #[test]
    fn three_digits_say_something() {
        let digits = [0.034, 1.0, 9.999, 12.34, 99.96, 213.4, 5278.0];
        let written = digits.map(|number| ENGLISH.three_digits(number));
        assert_eq!(written, ["0.03", "1.00", "10.0", "12.3", "100", "213", "5278"]);
    }
}
