//! What the text of each exercise promises, and how that is tested. These tests know nothing of the
//! student's file but the function that they get: whatever names it defines, they mean their own.
//!
//! | exercise | what the text promises |
//! | --- | --- |
//! | 01 | n, n - 1, … 1, for any n; nothing from 0; nothing is printed |
//! | 02 | all values, any values, any number, in their order; the result; resumed up to the end, not after it; nothing is printed |
//! | 03 | one turn a round, in the order of the deque, for any number of tasks and rounds; who is complete is dropped |
//! | 04 | "door closed" once, when the task is dropped, wherever that is; whatever else is in the log |
//! | 05 | `step`: the first task, once, parked by reason and descriptor, or dropped, whatever its result; `wake`: all that are named and nobody else, each from its own area, in the order of the lists, receivers first, to the end of the deque |
//! | 06 | who is first stays, the newcomer comes back, nobody is resumed; under any descriptor, however many wait |
//! | 07 | who can go on goes on, all of them, receivers first; the others stay parked; `select` is asked only with an empty deque; it sleeps; it ends when nobody is left, and for no other reason |
//! | 08 | wait, receive 1000 bytes at most, wait, send once with `GOT:` in front; bytes, not text; an end on end of file, and on an error |
//! | 09 | wait, accept one client, append its handler with its address; for ever, for any number; clients are the handlers' business |
//! | 10 | each byte once, in order; a wait before each `send`; however slowly the client reads; the first error ends it |
//! | 11 | lines as they were sent, however they arrive; bytes after a line are kept; the end and an error are told apart |
//! | 12 | the answer comes after 0.2 s, for any number of clients; nothing is kept busy, nothing is left open |
//! | 13 | all others hear everything, in order, however many they are; whoever has gone has left; nobody waits for a member who does not read |

mod by_hand;
mod chat_room;
mod drop;
mod echo_handler;
mod first_yield;
mod gensocket;
mod lost_task;
mod round_robin;
mod run;
mod slow_reader;
mod stuck;
mod tcp_server;
mod waiting_areas;

pub use by_hand::by_hand;
pub use chat_room::chat_room;
pub use drop::drop;
pub use echo_handler::echo_handler;
pub use first_yield::first_yield;
pub use gensocket::gensocket;
pub use lost_task::lost_task;
pub use round_robin::round_robin;
pub use run::run;
pub use slow_reader::slow_reader;
pub use stuck::stuck;
pub use tcp_server::tcp_server;
pub use waiting_areas::{Areas, Parts, waiting_areas};
