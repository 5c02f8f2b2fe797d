//! What a database server's errors mean: try again, give this row up, or stop.

use mysql_async::{DriverError, ServerError};
use pinax_core::{Error, ErrorKind};

/// What an account needs; said where MariaDB does not tell a missing right from a missing name.
pub(super) const NEEDED: &str = "check the database's name at the end of the url; the account needs SELECT on schemaversion, \
    omcollections, omoccurrences, taxa, imagetag, imagekeywords and specprocessorrawlabels, SELECT, INSERT, UPDATE, DELETE \
    on media (images before 3.2) and mediametadata (since 3.4), and SELECT, UPDATE on omcollectionstats: ask the portal's \
    administrator to grant them";

/// An error of the server or of the way to it, by what is to be done about it.
#[derive(Debug)]
pub(super) enum Fault {
    /// The connection is gone, or the server has no room for us now: look again later.
    Lost(Error),
    /// The server rolled the transaction back for another's sake: do it again.
    Busy(Error),
    /// The server does not take this row.
    Refused(Error),
    /// Trying again does not help.
    Stop(Error),
}

impl Fault {
    pub(super) fn into_error(self) -> Error {
        match self {
            Self::Lost(error) | Self::Busy(error) | Self::Refused(error) | Self::Stop(error) => error,
        }
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Stop(error)
    }
}

impl From<mysql_async::Error> for Fault {
    fn from(error: mysql_async::Error) -> Self {
        let lost = |cause: mysql_async::Error| {
            Self::Lost(
                Error::new(ErrorKind::Unavailable, "the connection to the portal's database was lost")
                    .hint("look whether the database server is running and the network is up")
                    .caused_by(cause),
            )
        };
        match error {
            mysql_async::Error::Server(error) => from_server(&error),
            mysql_async::Error::Io(_) => lost(error),
            mysql_async::Error::Driver(
                DriverError::ConnectionClosed | DriverError::PacketOutOfOrder | DriverError::UnexpectedPacket { .. },
            ) => lost(error),
            error => {
                Self::Stop(Error::new(ErrorKind::Internal, "the portal's database could not be asked").caused_by(error))
            }
        }
    }
}

fn from_server(error: &ServerError) -> Fault {
    let ServerError { code, message, .. } = error;
    let fault = |kind, what: &str| Error::new(kind, format!("{what}: {message} (error {code})"));
    match code {
        1045 | 1698 | 1251 | 1820 | 1862 => Fault::Stop(
            fault(ErrorKind::Unauthorized, "the portal's database does not accept the log-in")
                .hint("check user and password (from PINAX_PORTAL_PASSWORD, else from password_file)"),
        ),
        1044 | 1130 | 1142 | 1143 | 1227 | 1370 | 4151 => {
            Fault::Stop(fault(ErrorKind::Forbidden, "the portal's database does not allow it").hint(NEEDED))
        }
        1049 => Fault::Stop(
            fault(ErrorKind::Config, "the server has no such database")
                .hint("check the name at the end of the portal's url"),
        ),
        1054 | 1146 => Fault::Stop(
            fault(ErrorKind::UnknownVersion, "the portal's tables are not as they were found before")
                .hint("`pinax check` lists what is missing"),
        ),
        1036 | 1290 | 1792 | 1836 => Fault::Stop(
            fault(ErrorKind::ReadOnly, "the portal's database cannot be written to")
                .hint("this may be a replica, or under maintenance: check the portal's url, or try again later"),
        ),
        1021 | 1114 => Fault::Stop(
            fault(ErrorKind::Full, "the portal's database has no room left").hint("tell the portal's administrator"),
        ),
        // Waited for a lock, chosen in a deadlock, or overtaken.
        1020 | 1205 | 1213 => Fault::Busy(
            fault(ErrorKind::Unavailable, "somebody else is writing to the same rows").hint("try again in a while"),
        ),
        // Too many connections, shutting down, killed, network faults, not ready, too slow.
        1040
        | 1041
        | 1047
        | 1053
        | 1077
        | 1080
        | 1129
        | 1152..=1161
        | 1184
        | 1203
        | 1226
        | 1317
        | 1927
        | 1969
        | 2006
        | 2013
        | 4031 => Fault::Lost(
            fault(ErrorKind::Unavailable, "the portal's database does not serve us now").hint("try again in a while"),
        ),
        _ => Fault::Refused(refused(*code, message)),
    }
}

fn refused(code: u16, message: &str) -> Error {
    let message = message.split(" at row ").next().unwrap_or(message);
    let told = |what: String| Error::new(ErrorKind::Rejected, what);
    match code {
        1406 => {
            told(format!("the portal refused the row: {message}")).hint("shorten the value; it comes from the profile")
        }
        1366 => told(format!("the portal refused the row: {message}")).hint(
            "the portal's table cannot hold a character of it (such as an emoji); change the value in the profile",
        ),
        1451 => Error::new(ErrorKind::Conflict, format!("something else in the portal hangs on the row: {message}"))
            .hint("look at the record in the portal"),
        1452 if message.contains("(`tid`)") => {
            told("the portal refused the row: its taxon (column tid) is not there any more".to_owned())
                .hint("let the portal clean its taxon links, then run again")
        }
        1452 if message.contains("(`occid`)") => {
            told("the portal refused the row: its record (column occid) is not there any more".to_owned())
                .hint("run again: the record is looked up anew")
        }
        _ => told(format!("the portal refused the row: {message} (error {code})")),
    }
}

#[cfg(test)]
mod tests {
    use mysql_async::ServerError;

    use super::{Fault, from_server};

    fn told(code: u16, message: &str) -> (char, String) {
        let fault = from_server(&ServerError { code, message: message.to_owned(), state: "HY000".to_owned() });
        let letter = match &fault {
            Fault::Lost(_) => 'L',
            Fault::Busy(_) => 'B',
            Fault::Refused(_) => 'R',
            Fault::Stop(_) => 'S',
        };
        let error = fault.into_error();
        (letter, format!("{:?} {error}", error.kind()))
    }

    #[test]
    fn errors_by_what_is_to_be_done() {
        let constraint = "fails (`s`.`media`, CONSTRAINT `FK_media_tid` FOREIGN KEY (`tid`) REFERENCES `taxa` (`tid`))";
        for (code, message, letter, part) in [
            (1045, "Access denied", 'S', "Unauthorized"),
            (1142, "INSERT command denied", 'S', "Forbidden"),
            (1049, "Unknown database 's'", 'S', "Config"),
            (1146, "Table 's.media' doesn't exist", 'S', "UnknownVersion"),
            (1290, "--read-only", 'S', "ReadOnly"),
            (1213, "Deadlock found", 'B', "Unavailable"),
            (1040, "Too many connections", 'L', "Unavailable"),
            (1927, "Connection was killed", 'L', "Unavailable"),
            (
                1406,
                "Data too long for column 'owner' at row 17",
                'R',
                "Rejected the portal refused the row: Data too long for column 'owner'",
            ),
            (1452, constraint, 'R', "(column tid)"),
            (9999, "something new", 'R', "error 9999"),
        ] {
            let (got, text) = told(code, message);
            assert_eq!(got, letter, "{code}");
            assert!(text.contains(part), "{code}: {text}");
            assert!(!text.contains("row 17"), "{text}");
        }
    }
}
