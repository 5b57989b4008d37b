export { apiService } from './api-service.ts';
export type { Route } from './gateway-body.ts';
export { type ApiInfo, type OpenApiDocument, openApiDocument } from './openapi/document.ts';
export { problemsOf } from './openapi/problem-schemas.ts';
export { nameSchemas } from './openapi/schema-names.ts';
