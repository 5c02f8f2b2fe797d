//! The records of the demo, as a portal's own download gives them.

use pinax_sheet::Label;

/// The records: one for each sheet, none for TST00000090, two for TST00000091.
pub(super) fn records() -> anyhow::Result<Vec<u8>> {
    let mut csv = csv::Writer::from_writer(Vec::new());
    csv.write_record([
        "id",
        "institutionCode",
        "collectionCode",
        "catalogNumber",
        "occurrenceID",
        "recordID",
        "scientificName",
        "family",
        "recordedBy",
        "recordNumber",
        "eventDate",
        "locality",
    ])?;
    let numbers = (1..=25).chain([91, 91]);
    for (row, number) in numbers.enumerate() {
        let label = Label::made_up(number);
        csv.write_record([
            &(1001 + row).to_string(),
            "TST",
            "VASC",
            &format!("TST{number:08}"),
            &format!("00000000-0000-4000-8000-{:012}", 1001 + row),
            &format!("00000000-0000-4000-9000-{:012}", 1001 + row),
            &label.scientific_name,
            &label.family,
            &label.collector,
            &label.record_number,
            &label.event_date,
            &label.locality,
        ])?;
    }
    Ok(csv.into_inner()?)
}
