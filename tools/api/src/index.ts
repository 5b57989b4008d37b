export { apiDocument } from './api-document.ts';
export { type ApiInfo, type OpenApiDocument, openApiDocument } from './openapi/document.ts';
export { problemsOf } from './openapi/problem-schemas.ts';
export { nameSchemas } from './openapi/schema-names.ts';
export { type ReferencePage, referencePages } from './reference.ts';
