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
        let place = room.borrow().len();
        room.borrow_mut().push(client.clone());
        while let Ok(data) = client.recv(&co, 1000).await {
            if data.is_empty() {
                break;
            }
            for (i, other) in room.borrow().iter().enumerate() {
                if i != place {
                    let _ = other.get_ref().send(&data);
                }
            }
        }
        if place < room.borrow().len() {
            room.borrow_mut().remove(place);
        }
        Ok(())
    })
}
