//! Who does not read is thrown out.
//! ---
//! Wer nicht liest, fliegt hinaus.

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
            for other in &others {
                let same = Rc::ptr_eq(&client, other);
                if !same && other.get_ref().send(&data).unwrap_or(0) < data.len() {
                    room.borrow_mut().retain(|member| !Rc::ptr_eq(member, other));
                }
            }
        }
        room.borrow_mut().retain(|other| !Rc::ptr_eq(&client, other));
        Ok(())
    })
}
