//! A value that leaves the room when it is dropped.

use std::cell::RefCell;
use std::rc::Rc;

use genlab::{GenSocket, Task, task};

type Room = Rc<RefCell<Vec<Rc<GenSocket>>>>;

struct Membership {
    client: Rc<GenSocket>,
    room: Room,
}

impl Drop for Membership {
    fn drop(&mut self) {
        self.room.borrow_mut().retain(|other| !Rc::ptr_eq(&self.client, other));
    }
}

fn member(client: GenSocket, room: Room) -> Task {
    task(move |co| async move {
        let me = Membership { client: Rc::new(client), room };
        me.room.borrow_mut().push(me.client.clone());
        loop {
            let data = me.client.recv(&co, 1000).await?;
            if data.is_empty() {
                return Ok(());
            }
            for other in me.room.borrow().iter().filter(|other| !Rc::ptr_eq(other, &me.client)) {
                let _ = other.get_ref().send(&data);
            }
        }
    })
}
