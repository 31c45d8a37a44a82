//! The server and the calls, for generated code with different options. The names of the types are the same.

/// The handler of `Bench`, whose bytes are `$bytes`.
macro_rules! handler {
    ($bytes:ty) => {
        struct Handler;

        impl Bench for Handler {
            async fn echo(&self, _cx: Ctx, body: $bytes) -> Result<$bytes, Status> {
                Ok(body)
            }

            async fn add(&self, _cx: Ctx, left: i64, right: i64) -> Result<i64, Status> {
                Ok(left.wrapping_add(right))
            }

            async fn place_order(&self, _cx: Ctx, order: Order) -> Result<i64, Status> {
                Ok(order.total_cents)
            }

            async fn items(
                &self,
                _cx: Ctx,
                size: u32,
                count: u64,
                mut output: Tx<$bytes>,
            ) -> Result<(), Status> {
                let item = <$bytes>::from(vec![0x5a; size as usize]);
                for _ in 0..count {
                    output.send_ref(&item).await?;
                }
                Ok(())
            }
        }
    };
}

/// The types and calls of a stack whose bytes are `$bytes`.
macro_rules! calls {
    ($bytes:ty) => {
        type Client = BenchClient;
        type Order = Order;
        type Body = $bytes;

        async fn echo(client: &BenchClient, body: $bytes) -> Result<$bytes, Failure> {
            Ok(client.echo(body).await?)
        }

        async fn add(client: &BenchClient, left: i64, right: i64) -> Result<i64, Failure> {
            Ok(client.add(left, right).await?)
        }

        async fn place_order(client: &BenchClient, order: Order) -> Result<i64, Failure> {
            Ok(client.place_order(order).await?)
        }

        async fn stream(
            client: &BenchClient,
            bytes: usize,
            items: usize,
            mut take: impl FnMut(&[u8]) -> Result<(), Failure> + Send,
        ) -> Result<(), Failure> {
            let mut stream = client.items(bytes as u32, items as u64).await?;
            while let Some(item) = stream.recv().await? {
                take(&item)?;
            }
            Ok(())
        }
    };
}
