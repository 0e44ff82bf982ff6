//! GET requests: queries in links.

use reqwest::{Method, header};
use serde_json::Value;

use super::send;
use crate::support::{TestApp, on_both_databases};

on_both_databases![a_get_request_may_be_a_query_and_no_mutation, a_get_request_must_not_contain_a_secret,];

async fn a_get_request_may_be_a_query_and_no_mutation(app: &TestApp) {
    let response = send(app, Method::GET, "/graphql?query=%7B__typename%7D", &[], "").await;
    assert_eq!(response.json::<Value>().await.unwrap()["data"]["__typename"], "Query");

    let variables = "query=query(%24n:String!)%7B__type(name:%24n)%7Bname%7D%7D&variables=%7B%22n%22:%22User%22%7D";
    let response = send(app, Method::GET, &format!("/graphql?{variables}"), &[], "").await;
    assert_eq!(response.json::<Value>().await.unwrap()["data"]["__type"]["name"], "User");

    let login = format!(
        "mutation%20M%7Blogin(input:%7Bidentifier:%22ada%22,password:%22{}%22%7D)%7B__typename%7D%7D",
        "x".repeat(12)
    );
    for query in
        [login.clone(), format!("{login}&operationName=M"), format!("query%20Q%7B__typename%7D{login}&operationName=M")]
    {
        let response = send(app, Method::GET, &format!("/graphql?query={query}"), &[], "").await;
        assert_eq!(response.status(), 405, "{query}");
        assert_eq!(response.headers()[header::ALLOW], "POST");
    }
    assert_eq!(app.hash_rounds().await, 0);

    for query in ["", "?query=", "?variables=%7B%7D", "?query=%7Ba%7D&variables=1", "?query=%7Ba%7D&variables=%7B"] {
        let response =
            send(app, Method::GET, &format!("/graphql{query}"), &[("accept", "application/graphql-response+json")], "")
                .await;
        assert_eq!(response.status(), 400, "{query}");
    }
}

/// A secret may be a literal or a variable, below an alias or in a fragment, or in an operation that is not executed.
async fn a_get_request_must_not_contain_a_secret(app: &TestApp) {
    let login = "login(input:{identifier:\"a\",password:\"s\"}){__typename}";
    for (document, more) in [
        ("{verifyToken(token:\"s\"){valid}}".to_owned(), ""),
        ("query($t:String!){verifyToken(token:$t){valid}}".to_owned(), "&variables={\"t\":\"s\"}"),
        ("{a:verifyToken(token:\"s\"){valid}}".to_owned(), ""),
        ("{...F} fragment F on Query{verifyToken(token:\"s\"){valid}}".to_owned(), ""),
        ("{...{__typename ...{verifyToken(token:\"s\"){valid}}}}".to_owned(), ""),
        ("{verifyToken(token:\"s\")@skip(if:true){valid}}".to_owned(), ""),
        ("query A{__typename} query B{verifyToken(token:\"s\"){valid}}".to_owned(), "&operationName=A"),
        (format!("query A{{__typename}} mutation B{{{login}}}"), "&operationName=A"),
        (format!("mutation{{{login}}}"), ""),
    ] {
        let response = send(app, Method::GET, &format!("/graphql?query={document}{more}"), &[], "").await;
        assert_eq!(response.status(), 405, "{document}");
        assert_eq!(response.headers()[header::ALLOW], "POST", "{document}");
        assert_eq!(response.json::<Value>().await.unwrap()["data"], Value::Null, "{document}");
    }
    assert_eq!(app.hash_rounds().await, 0);
}
