//! Never leaves the room.
//! says: how many are in the room when all have gone

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
        Ok(())
    })
}
