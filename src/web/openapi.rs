//! The description of the API at `/openapi.json`. It is made from the handlers themselves.

use utoipa::openapi::{
    ContentBuilder, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder, Ref, RefOr, ResponseBuilder,
};

use crate::web::problem::PROBLEM_JSON;

/// The description's frame: who and what, without the routes.
pub fn frame() -> OpenApi {
    let license = LicenseBuilder::new().name("Apache-2.0").identifier(Some("Apache-2.0")).build();
    let info = InfoBuilder::new()
        .title("raiz")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "Takes complaints in, groups recurring failures, warns before they spike and leads each group \
             to an action. Instants are RFC 3339 in UTC, days are ISO 8601 in the organisation's time \
             zone. Unknown members and parameters are refused by name.",
        ))
        .license(Some(license))
        .build();
    OpenApiBuilder::new().info(info).build()
}

/// Finishes the description: every operation gets a name of its own, `resource_verb`, and what it may
/// answer beside what it lists itself, a problem document.
pub fn finished(mut document: OpenApi) -> OpenApi {
    let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    let response = ResponseBuilder::new()
        .description("Any other failure, as a problem document (RFC 9457)")
        .content(PROBLEM_JSON, problem)
        .build();
    for item in document.paths.paths.values_mut() {
        let operations =
            [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete, &mut item.head];
        for operation in operations.into_iter().flatten() {
            if let (Some(name), Some(tags)) = (&operation.operation_id, &operation.tags) {
                operation.operation_id = Some(format!("{}_{name}", tags.join("_")));
            }
            operation.responses.responses.insert("default".to_owned(), RefOr::T(response.clone()));
        }
    }
    document
}
