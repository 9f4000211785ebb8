//! One enters when one says something.
//! ---
//! Man betritt den Raum, wenn man etwas sagt.

use std::cell::RefCell;
use std::rc::Rc;

use genlab::{GenSocket, Task, task};

type Room = Rc<RefCell<Vec<Rc<GenSocket>>>>;

fn member(client: GenSocket, room: Room) -> Task {
    task(move |co| async move {
        let client = Rc::new(client);
        let mut data = client.recv(&co, 1000).await?;
        room.borrow_mut().push(client.clone());
        while !data.is_empty() {
            for other in room.borrow().iter() {
                if !Rc::ptr_eq(&client, other) {
                    let _ = other.get_ref().send(&data);
                }
            }
            data = client.recv(&co, 1000).await.unwrap_or_default();
        }
        room.borrow_mut().retain(|other| !Rc::ptr_eq(&client, other));
        Ok(())
    })
}
