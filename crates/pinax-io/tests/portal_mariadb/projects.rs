//! The portal's own image processing profiles.

use pinax_core::ErrorKind;
use pinax_io::portal::mariadb::ProcessingProfile;
use pinax_testkit::mariadb::{SchemaVersion, TestMariadb};

use crate::support::{herbarium, portal, portal_at};

const ALLOWED: &str = "GRANT SELECT ON symbiota.specprocessorprojects TO 'pinax'@'%';";

#[tokio::test]
async fn profiles_are_read_as_they_were_saved() {
    for version in [SchemaVersion::V3_0, SchemaVersion::V3_4] {
        let server = TestMariadb::with_records_of(version, 1);
        server.exec(ALLOWED);
        server.exec(
            r#"INSERT INTO omcollections (collID, institutionCode, collectionName) VALUES (2, 'OTHER', 'Other');
            INSERT INTO specprocessorprojects (spprid, collid, title, projectType, specKeyPattern, patternReplace,
                replaceStr, sourcePath, targetPath, imgUrl, webPixWidth, tnPixWidth, lgPixWidth, jpgCompression,
                createTnImg, createLgImg, source, lastRunDate)
            VALUES (7, 1, 'Sheets "a"', 'local', '/^(TST\\d{8})\\D*/', '/^/', ' x-', '/drop', '/www', '/media',
                1400, 200, 3200, 85, 1, 2, NULL, '2024-02-29'),
                (5, 1, 'Harvest', 'iplant', '/^(T\\d+)/', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
                NULL, '2019-01-02', NULL),
                (6, 2, 'Not ours', 'local', '/(x)/', NULL, NULL, NULL, NULL, NULL, 1, 1, 1, 1, 1, 1, NULL, NULL)"#,
        );
        let portal = portal(&server);
        let profiles = portal.processing_profiles(&herbarium(&portal).await).await.unwrap();
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(
            profiles,
            [
                ProcessingProfile {
                    id: Some(5),
                    title: "Harvest".to_owned(),
                    project_type: text("iplant"),
                    spec_key_pattern: text(r"/^(T\d+)/"),
                    last_run_date: text("2019-01-02"),
                    ..ProcessingProfile::default()
                },
                ProcessingProfile {
                    id: Some(7),
                    title: "Sheets \"a\"".to_owned(),
                    project_type: text("local"),
                    spec_key_pattern: text(r"/^(TST\d{8})\D*/"),
                    pattern_replace: text("/^/"),
                    replace_str: text(" x-"),
                    source_path: text("/drop"),
                    target_path: text("/www"),
                    img_url: text("/media"),
                    web_pix_width: Some(1400),
                    tn_pix_width: Some(200),
                    lg_pix_width: Some(3200),
                    jpg_compression: Some(85),
                    create_tn_img: Some(1),
                    create_lg_img: Some(2),
                    last_run_date: text("2024-02-29"),
                    ..ProcessingProfile::default()
                }
            ]
        );
    }
}

#[tokio::test]
async fn columns_may_be_missing_and_others_may_be_there() {
    let server = TestMariadb::with_records(1);
    server.exec(ALLOWED);
    server.exec(
        "ALTER TABLE specprocessorprojects DROP COLUMN lgPixWidth, DROP COLUMN lastRunDate,
             ADD COLUMN customStoredProcedure varchar(45);
         INSERT INTO specprocessorprojects (collid, title, customStoredProcedure) VALUES (1, 'Sheets', 'tidy')",
    );
    let portal = portal(&server);
    let profiles = portal.processing_profiles(&herbarium(&portal).await).await.unwrap();
    assert_eq!((profiles[0].lg_pix_width, profiles[0].tn_pix_width), (None, Some(130)), "130 is the column's default");
    assert_eq!(profiles[0].custom_stored_procedure.as_deref(), Some("tidy"));
}

#[tokio::test]
async fn a_missing_right_is_told_with_the_grant_and_a_missing_table_as_such() {
    let server = TestMariadb::with_records(1);
    server.exec("INSERT INTO specprocessorprojects (collid, title) VALUES (1, 'Sheets')");
    let door = portal(&server);
    let error = door.processing_profiles(&herbarium(&door).await).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.hint_text()),
        (ErrorKind::Forbidden, Some("grant SELECT on specprocessorprojects"))
    );

    server.exec("DROP TABLE specprocessorprojects");
    server.create_user("reader", "r", &["SELECT ON symbiota.*"]);
    let door = portal_at(&server.url_of("reader"), Some("r"));
    let error = door.processing_profiles(&herbarium(&door).await).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
}
