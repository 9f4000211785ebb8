//! The talking in a function whose error is passed on after leaving.

use std::cell::RefCell;
use std::io;
use std::rc::Rc;

use genlab::{Co, GenSocket, Task, task};

type Room = Rc<RefCell<Vec<Rc<GenSocket>>>>;

async fn talk(co: &Co, client: &Rc<GenSocket>, room: &Room) -> io::Result<()> {
    loop {
        let data = client.recv(co, 1000).await?;
        if data.is_empty() {
            return Ok(());
        }
        let others = room.borrow().clone();
        for other in others {
            if !Rc::ptr_eq(client, &other) {
                other.get_ref().send(&data).ok();
            }
        }
    }
}

fn member(client: GenSocket, room: Room) -> Task {
    task(move |co| async move {
        let client = Rc::new(client);
        room.borrow_mut().push(client.clone());
        let result = talk(&co, &client, &room).await;
        let place = room.borrow().iter().position(|other| Rc::ptr_eq(&client, other));
        if let Some(place) = place {
            room.borrow_mut().remove(place);
        }
        result
    })
}
