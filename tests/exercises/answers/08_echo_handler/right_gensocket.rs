//! A `GenSocket`, which waits by itself.

use genlab::{GenSocket, Socket, Task, task};

fn echo_handler(client: Socket) -> Task {
    task(move |co| async move {
        let client = GenSocket::new(client);
        loop {
            let data = client.recv(&co, 1000).await?;
            if data.is_empty() {
                return Ok(());
            }
            client.send_all(&co, &[b"GOT:", &data[..]].concat()).await?;
        }
    })
}
