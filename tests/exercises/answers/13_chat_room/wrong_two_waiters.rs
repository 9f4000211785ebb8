//! Waits for the sockets of the others, where another may wait already.
//! says: what the three heard

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
            let others = room.borrow().clone();
            for other in others {
                if !Rc::ptr_eq(&client, &other) {
                    let _ = other.send_all(&co, &data).await;
                }
            }
        }
        room.borrow_mut().retain(|other| !Rc::ptr_eq(&client, other));
        Ok(())
    })
}
