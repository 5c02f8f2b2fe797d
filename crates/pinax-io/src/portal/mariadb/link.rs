//! The one connection to the database: opened when needed, opened again when it is lost.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Opts};
use pinax_core::{Error, ErrorKind};
use tokio::sync::Mutex;
use tokio::time::{sleep, timeout};

use super::fault::Fault;
use super::options::{Address, Patience};
use super::schema::{Schema, inspect};
use super::ssl::refused;

/// An open connection, and what is known of the tables behind it.
pub(super) struct Session {
    pub(super) conn: Conn,
    pub(super) schema: Arc<Schema>,
}

/// Something done on a connection. It may be begun again on a new one, so it looks before it writes.
#[async_trait]
pub(super) trait Work: Sync {
    /// What it gives.
    type Answer: Send;

    /// Does it. After an error whatever it began is rolled back.
    async fn on(&self, session: &mut Session) -> Result<Self::Answer, Fault>;
}

/// The way to one database.
pub(super) struct Link {
    pub(super) address: Address,
    opts: Opts,
    patience: Patience,
    pub(super) trust_schema: bool,
    schema: OnceLock<Arc<Schema>>,
    reached: AtomicBool,
    open: Mutex<Option<Session>>,
}

impl Link {
    pub(super) fn new(address: Address, patience: Patience, trust_schema: bool) -> Result<Self, Error> {
        Ok(Self {
            opts: address.opts()?,
            address,
            patience,
            trust_schema,
            schema: OnceLock::new(),
            reached: AtomicBool::new(false),
            open: Mutex::new(None),
        })
    }

    /// Does `work`; when the connection is lost or others are in the way, again, with patience. A server that was never
    /// reached is not waited for: then a person is there to read the message.
    pub(super) async fn run<W: Work>(&self, work: &W) -> Result<W::Answer, Fault> {
        let mut open = self.open.lock().await;
        let mut pauses = self.patience.pauses();
        loop {
            let fault = match self.once(&mut open, work).await {
                Err(fault @ Fault::Lost(_)) if self.reached.load(Ordering::Relaxed) => fault,
                Err(fault @ Fault::Busy(_)) => fault,
                settled => return settled,
            };
            match pauses.next() {
                Some(pause) => sleep(pause).await,
                None => return Err(fault),
            }
        }
    }

    /// Does `work` on a thread of the runtime: it goes on while the caller's own thread is busy elsewhere.
    pub(super) async fn run_apart<W: Work + Send + 'static>(self: &Arc<Self>, work: W) -> Result<W::Answer, Fault>
    where
        W::Answer: 'static,
    {
        let link = Arc::clone(self);
        let given_up = |error: tokio::task::JoinError| {
            Fault::Stop(Error::new(ErrorKind::Internal, "the work on the portal was given up").caused_by(error))
        };
        tokio::spawn(async move { link.run(&work).await }).await.map_err(given_up)?
    }

    async fn once<W: Work>(&self, open: &mut Option<Session>, work: &W) -> Result<W::Answer, Fault> {
        // Taken out, so that a connection of unknown state is never used again: only a clean one is put back.
        let mut session = match open.take() {
            Some(session) => session,
            None => self.session().await?,
        };
        let answer = match timeout(self.patience.answer, work.on(&mut session)).await {
            Ok(answer) => answer,
            // Asked again, it would have the same work twice.
            Err(_) => Err(Fault::Stop(self.silent("did not answer in time"))),
        };
        let clean = match &answer {
            Ok(_) => true,
            Err(Fault::Busy(_) | Fault::Refused(_)) => session.conn.query_drop("ROLLBACK").await.is_ok(),
            Err(Fault::Lost(_) | Fault::Stop(_)) => false,
        };
        if clean {
            *open = Some(session);
        }
        answer
    }

    async fn session(&self) -> Result<Session, Fault> {
        let mut conn = self.connect().await?;
        let schema = match self.schema.get() {
            Some(schema) => Arc::clone(schema),
            None => {
                let schema = Arc::new(inspect(&mut conn, self.trust_schema).await?.into_schema()?);
                Arc::clone(self.schema.get_or_init(|| schema))
            }
        };
        Ok(Session { conn, schema })
    }

    /// Opens a connection and looks no further.
    pub(super) async fn connect(&self) -> Result<Conn, Fault> {
        let mut conn = match timeout(self.patience.connect, Conn::new(self.opts.clone())).await {
            Err(_) => return Err(Fault::Lost(self.silent("does not answer"))),
            Ok(Ok(conn)) => conn,
            Ok(Err(error)) => {
                return Err(match refused(error, &self.address.to_string()) {
                    Ok(error) => Fault::Stop(error),
                    Err(mysql_async::Error::Io(error)) => {
                        Fault::Lost(self.silent("cannot be reached").caused_by(error))
                    }
                    Err(error) => self.log_in(error.into()),
                });
            }
        };
        self.reached.store(true, Ordering::Relaxed);
        // MariaDB turns lists longer than this into a join that uses no index. Other servers do not know the name.
        let _ = conn.query_drop("SET SESSION in_predicate_conversion_threshold = 0").await;
        Ok(conn)
    }

    fn silent(&self, what: &str) -> Error {
        Error::new(ErrorKind::Unavailable, format!("the portal's database at {} {what}", self.address))
            .hint("look whether the database server is running, and whether host, port or socket are right")
    }

    fn log_in(&self, fault: Fault) -> Fault {
        match fault {
            Fault::Stop(error) if error.kind() == ErrorKind::Unauthorized && !self.address.has_password() => {
                Fault::Stop(error.hint("no password was given: set PINAX_PORTAL_PASSWORD, or password_file"))
            }
            fault => fault,
        }
    }
}
