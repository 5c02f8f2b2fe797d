//! What can be asked of the bucket: the five things that Pinax asks.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use futures::TryStreamExt as _;
use s3s::dto::{
    DeleteObjectInput, DeleteObjectOutput, ETag, ETagCondition, GetObjectInput, GetObjectOutput, HeadObjectInput,
    HeadObjectOutput, ListObjectsV2Input, ListObjectsV2Output, Object, PutObjectInput, PutObjectOutput, StreamingBlob,
    Timestamp,
};
use s3s::{Body, S3, S3Request, S3Response, S3Result, s3_error};

use super::{BUCKET, Shelf, Stored};

pub(super) struct InMemory(pub(super) Arc<Shelf>);

fn number(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}

fn is_there(bucket: &str) -> S3Result<()> {
    if bucket == BUCKET { Ok(()) } else { Err(s3_error!(NoSuchBucket)) }
}

/// As Amazon encodes keys in listings.
fn encoded(key: &str) -> String {
    let byte = |byte: u8| match byte {
        b' ' => "+".to_owned(),
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'/' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    key.bytes().map(byte).collect()
}

impl InMemory {
    fn find(&self, bucket: &str, key: &str) -> S3Result<Stored> {
        is_there(bucket)?;
        self.0.objects().get(key).cloned().ok_or_else(|| s3_error!(NoSuchKey))
    }
}

#[async_trait::async_trait]
impl S3 for InMemory {
    async fn list_objects_v2(
        &self,
        request: S3Request<ListObjectsV2Input>,
    ) -> S3Result<S3Response<ListObjectsV2Output>> {
        let input = request.input;
        is_there(&input.bucket)?;
        let most = usize::try_from(input.max_keys.unwrap_or(1_000)).unwrap_or_default().min(1_000);
        let (prefix, after) = (input.prefix.unwrap_or_default(), input.continuation_token.unwrap_or_default());
        let shelf = self.0.objects();
        let mut found = shelf.iter().filter(|(key, _)| key.starts_with(&prefix) && **key > after);
        let page: Vec<_> = found.by_ref().take(most).collect();
        let is_cut = found.next().is_some();
        let is_encoded = input.encoding_type.as_ref().is_some_and(|encoding| encoding.as_str() == "url");
        let object = |(key, stored): &(&String, &Stored)| Object {
            key: Some(if is_encoded { encoded(key) } else { (*key).clone() }),
            size: Some(number(stored.bytes.len())),
            e_tag: Some(ETag::Strong(stored.etag())),
            last_modified: Some(Timestamp::from(stored.modified)),
            ..Object::default()
        };
        Ok(S3Response::new(ListObjectsV2Output {
            is_truncated: Some(is_cut),
            next_continuation_token: page.last().filter(|_| is_cut).map(|(key, _)| (*key).clone()),
            contents: Some(page.iter().map(object).collect()),
            encoding_type: input.encoding_type,
            ..ListObjectsV2Output::default()
        }))
    }

    async fn get_object(&self, request: S3Request<GetObjectInput>) -> S3Result<S3Response<GetObjectOutput>> {
        let stored = self.find(&request.input.bucket, &request.input.key)?;
        Ok(S3Response::new(GetObjectOutput {
            content_length: Some(number(stored.bytes.len())),
            e_tag: Some(ETag::Strong(stored.etag())),
            last_modified: Some(Timestamp::from(stored.modified)),
            body: Some(StreamingBlob::from(Body::from(stored.bytes))),
            ..GetObjectOutput::default()
        }))
    }

    async fn head_object(&self, request: S3Request<HeadObjectInput>) -> S3Result<S3Response<HeadObjectOutput>> {
        let stored = self.find(&request.input.bucket, &request.input.key)?;
        Ok(S3Response::new(HeadObjectOutput {
            content_length: Some(number(stored.bytes.len())),
            e_tag: Some(ETag::Strong(stored.etag())),
            last_modified: Some(Timestamp::from(stored.modified)),
            ..HeadObjectOutput::default()
        }))
    }

    async fn put_object(&self, request: S3Request<PutObjectInput>) -> S3Result<S3Response<PutObjectOutput>> {
        let input = request.input;
        is_there(&input.bucket)?;
        let mut bytes = Vec::new();
        if let Some(mut body) = input.body {
            while let Some(part) = body.try_next().await.map_err(|_| s3_error!(IncompleteBody))? {
                bytes.extend_from_slice(&part);
            }
        }
        let acl = input.acl.map(|acl| acl.as_str().to_owned());
        let stored = Stored::new(bytes, [input.content_type, input.cache_control, acl]);
        let mut shelf = self.0.objects();
        let only_new = matches!(input.if_none_match, Some(ETagCondition::Any));
        if only_new && !self.0.forgets_conditions.load(Ordering::SeqCst) && shelf.contains_key(&input.key) {
            return Err(s3_error!(PreconditionFailed));
        }
        let e_tag = Some(ETag::Strong(stored.etag()));
        shelf.insert(input.key, stored);
        Ok(S3Response::new(PutObjectOutput { e_tag, ..PutObjectOutput::default() }))
    }

    async fn delete_object(&self, request: S3Request<DeleteObjectInput>) -> S3Result<S3Response<DeleteObjectOutput>> {
        is_there(&request.input.bucket)?;
        self.0.objects().remove(&request.input.key);
        Ok(S3Response::new(DeleteObjectOutput::default()))
    }
}
