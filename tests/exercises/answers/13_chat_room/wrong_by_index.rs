//! The place in the room stays the same as long as one is in it.
//! ---
//! Der Platz im Raum bleibt derselbe, solange man darin ist.

use std::cell::RefCell;
use std::rc::Rc;

use genlab::{GenSocket, Task, task};

type Room = Rc<RefCell<Vec<Rc<GenSocket>>>>;

fn member(client: GenSocket, room: Room) -> Task {
    task(move |co| async move {
        let client = Rc::new(client);
        room.borrow_mut().push(client.clone());
        while let Ok(data) = client.recv(&co, 1000).await {
            if data.is_empty() {
                break;
            }
            for other in room.borrow().iter() {
                if !Rc::ptr_eq(&client, other) {
                    let _ = other.get_ref().send(&data);
                }
            }
        }
        let last = room.borrow().len() - 1;
        room.borrow_mut().remove(last);
        Ok(())
    })
}
