//! # 10 · The slow reader / Der langsame Leser
//!
//! A client asks for much and reads slowly. The kernel keeps a little for it; when that
//! is full, `send` takes only a part. It returns how many bytes it took, perhaps 0. What it did not
//! take is yours to send, as soon as the client can take more.
//!
//! `send_all` sends once, and the rest is lost. Change it: wait until the client can take something,
//! send, and go on with the rest, until nothing is left. Wait again before each `send`, so that the
//! others run in the meantime.
//!
//! ---
//!
//! Ein Client verlangt viel und liest langsam. Der Kernel hebt ein wenig für ihn auf; ist
//! der Platz voll, nimmt `send` nur einen Teil. Es gibt zurück, wie viele Bytes es genommen hat,
//! vielleicht 0. Den Rest musst du selbst schicken, sobald der Client wieder etwas nehmen kann.
//!
//! `send_all` schickt nur einmal, und der Rest geht verloren. Ändere das: Warte, bis der Client
//! etwas nehmen kann, schick, und mach mit dem Rest weiter, bis nichts mehr übrig ist. Warte vor
//! jedem `send` von Neuem, damit inzwischen die anderen laufen.

use std::io;

use genlab::{AsRawFd, Co, Op, Socket};

async fn send_all(co: &Co, client: &Socket, data: &[u8]) -> io::Result<()> {
    co.yield_((Op::Send, client.as_raw_fd())).await;
    let sent = client.send(data)?;
    // TODO: the rest, `&data[sent..]`, is still to be sent. A `let mut rest = data;` can keep it.
    Ok(())
}

// ==== The tests. Leave this line and all below as it is. / Die Tests. Ab hier nichts ändern. ====

fn main() {} // The tests are what runs here.

#[cfg(test)]
mod tests {
    use super::*;
    use exercises::{Log, check, ends};
    use genawaiter::GeneratorState;
    use genlab::{Task, Tasks, run, task};
    use std::rc::Rc;

    /// As many bytes as no buffer of the kernel can hold, none like its neighbour.
    fn much() -> Vec<u8> {
        (0..1_000_000_u32).map(|i| (i % 251) as u8).collect()
    }

    fn sender(log: &Log, client: Socket, data: Vec<u8>) -> Task {
        let log = log.clone();
        task(move |co| async move {
            send_all(&co, &client, &data).await?;
            log.push("all sent");
            Ok(())
        })
    }

    #[test]
    fn a_slow_reader_gets_every_byte_once() {
        check(
            "Every byte arrives, once, in its place.",
            "Jedes Byte kommt an, genau einmal, an seinem Platz.",
            || {
                let (client, reader) = ends();
                let heard = Rc::default();
                let tasks = Tasks::new();
                tasks.append(sender(&Log::new(), client, much()));
                tasks.append(reader.listener(much().len(), &heard));
                run(&tasks);
                let heard = heard.take();
                assert_eq!(heard.len(), much().len(), "how many bytes arrived");
                assert!(heard == much(), "the number of bytes is right, but they are others");
            },
        );
    }

    #[test]
    fn the_others_run_while_it_waits() {
        check(
            "While the reader takes nothing, `send_all` waits with `Op::Send`, and the others run.",
            "Solange der Client nichts nimmt, wartet `send_all` mit `Op::Send`, und die anderen \
             laufen.",
            || {
                let log = Log::new();
                let (client, reader) = ends();
                let (quick, patient) = ends();
                let tasks = Tasks::new();
                tasks.append(sender(&log, client, much()));
                let (other, more) = (log.clone(), tasks.clone());
                tasks.append(task(move |co| async move {
                    // Only after this one has had its turns does the reader begin to read.
                    for _ in 0..5 {
                        co.yield_((Op::Send, quick.as_raw_fd())).await;
                    }
                    other.push("the other ran");
                    more.append(reader.listener(much().len(), &Rc::default()));
                    drop(patient);
                    Ok(())
                }));
                run(&tasks);
                assert_eq!(log.text(), "the other ran, all sent", "who came first");
            },
        );
    }

    #[test]
    fn when_nothing_is_taken_it_waits_again() {
        check(
            "When `send` took 0 bytes, `send_all` waits again; it ends when nothing is left.",
            "Hat `send` 0 Bytes genommen, wartet `send_all` wieder; Schluss ist, wenn nichts mehr \
             übrig ist.",
            || {
                let (client, _reader) = ends();
                let mut task = sender(&Log::new(), client, much());
                for _ in 0..10 {
                    let waits = matches!(task.resume(), GeneratorState::Yielded((Op::Send, _)));
                    assert!(waits, "it ended although the client had not taken everything");
                }
            },
        );
    }

    #[test]
    fn without_data_nothing_is_sent() {
        check(
            "With no data there is nothing to send: `send_all` returns `Ok(())`.",
            "Ohne Daten gibt es nichts zu schicken: `send_all` gibt `Ok(())` zurück.",
            || {
                let log = Log::new();
                let (client, reader) = ends();
                let tasks = Tasks::new();
                tasks.append(sender(&log, client, Vec::new()));
                run(&tasks);
                assert_eq!(log.text(), "all sent");
                assert_eq!(reader.hears_all().len(), 0, "how many bytes arrived");
            },
        );
    }
}
