//! The error comes out, after it has left.

use std::cell::RefCell;
use std::rc::Rc;

use genlab::{GenSocket, Task, task};

type Room = Rc<RefCell<Vec<Rc<GenSocket>>>>;

fn member(client: GenSocket, room: Room) -> Task {
    task(move |co| async move {
        let client = Rc::new(client);
        room.borrow_mut().push(Rc::clone(&client));
        let end = loop {
            match client.recv(&co, 1000).await {
                Ok(data) if data.is_empty() => break Ok(()),
                Err(error) => break Err(error),
                Ok(data) => {
                    for i in 0..room.borrow().len() {
                        let other = room.borrow()[i].clone();
                        if !Rc::ptr_eq(&client, &other) {
                            let _ = other.get_ref().send(&data);
                        }
                    }
                }
            }
        };
        room.borrow_mut().retain(|other| !Rc::ptr_eq(&client, other));
        end
    })
}
