//! `pinax check`: is everything in order?

use std::time::Duration;

use pinax_core::nouns::finding::{Finding, Severity};
use pinax_core::nouns::profile::{AfterLink, Missing};
use serde_json::json;

use super::{Common, End};
use crate::{show, wire};

pub(super) async fn check(common: &Common, profile: Option<&str>) -> anyhow::Result<End> {
    let config = common.configuration()?;
    let names: Vec<&str> = match profile {
        Some(name) => vec![config.choose(Some(name))?],
        None => config.profile_names().collect(),
    };
    if names.is_empty() {
        config.choose(None)?;
    }
    let mut findings = vec![Finding::fine(format!("configuration {}", common.config.display()))];
    findings.push(match wire::ledger_to_read(&config) {
        Ok(_) => Finding::fine(format!("ledger {}", config.ledger().display())),
        Err(error) if error.kind() == pinax_core::ErrorKind::NotFound => {
            Finding::fine(format!("ledger {}: none yet, the first run makes it", config.ledger().display()))
        }
        Err(error) => error.into(),
    });
    for name in names {
        let wired = wire::wire(&config, name)?;
        findings.extend(wired.findings.iter().cloned());
        if wired.profile.missing == Missing::Create && !wired.portal.capabilities().create {
            findings.push(
                Finding::error("link.missing = \"create\", and this door to the portal cannot make records")
                    .hint("use \"review\" or \"skip\", or portal kind mariadb or api"),
            );
        }
        findings.push(told(wired.source.check().await, format!("source {}", wired.source.describe())));
        let after = wired.profile.after;
        if after != AfterLink::Keep {
            let fine = "source files can be taken away once they are linked".to_owned();
            findings.push(told(wired.source.check_taking_away(after).await, fine));
        }
        findings.push(told(wired.store.check().await, format!("store {} can be written", wired.store.describe())));
        // A portal that hangs must not hang the check.
        let portal = tokio::time::timeout(
            Duration::from_secs(60),
            wired.portal.check(&wired.profile.collection, &wired.profile.match_on),
        )
        .await;
        match portal {
            Ok(portal) => findings.extend(portal),
            Err(_) => findings.push(Finding::error("the portal did not answer within 60 s")),
        }
    }
    let worst = findings.iter().any(|finding| finding.severity == Severity::Error);
    if common.json {
        show::say!("{}", json!({ "ok": !worst, "findings": findings }));
    } else {
        for finding in &findings {
            show::say!("{}", show::finding(finding));
        }
    }
    Ok(if worst { End::CouldNotRun } else { End::Done })
}

fn told(result: pinax_core::Result<()>, fine: String) -> Finding {
    match result {
        Ok(()) => Finding::fine(fine),
        Err(error) => error.into(),
    }
}
