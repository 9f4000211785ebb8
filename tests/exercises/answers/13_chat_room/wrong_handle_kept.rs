//! A handle on the client is kept for ever: it shall not be closed too early.
//! ---
//! Ein Griff am Client bleibt für immer: Er soll nicht zu früh geschlossen werden.

use genlab::{GenSocket, Task, task};
use std::cell::RefCell;
use std::rc::Rc;

type Room = Rc<RefCell<Vec<Rc<GenSocket>>>>;
fn member(client: GenSocket, room: Room) -> Task {
    task(move |co| async move {
        let client = Rc::new(client);
        room.borrow_mut().push(client.clone());
        std::mem::forget(client.clone());
        while let Ok(d) = client.recv(&co, 1000).await {
            if d.is_empty() {
                break;
            }
            for o in room.borrow().iter() {
                if !Rc::ptr_eq(&client, o) {
                    let _ = o.get_ref().send(&d);
                }
            }
        }
        room.borrow_mut().retain(|o| !Rc::ptr_eq(&client, o));
        Ok(())
    })
}
