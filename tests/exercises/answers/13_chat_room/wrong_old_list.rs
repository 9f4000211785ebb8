//! Who is in the room when one enters stays, and nobody else comes.
//! ---
//! Wer beim Betreten da ist, bleibt, und sonst kommt niemand.

use std::cell::RefCell;
use std::rc::Rc;

use genlab::{GenSocket, Task, task};

type Room = Rc<RefCell<Vec<Rc<GenSocket>>>>;

fn member(client: GenSocket, room: Room) -> Task {
    task(move |co| async move {
        let client = Rc::new(client);
        let others = room.borrow().clone();
        room.borrow_mut().push(client.clone());
        while let Ok(data) = client.recv(&co, 1000).await {
            if data.is_empty() {
                break;
            }
            for other in &others {
                let _ = other.get_ref().send(&data);
            }
        }
        room.borrow_mut().retain(|other| !Rc::ptr_eq(&client, other));
        Ok(())
    })
}
