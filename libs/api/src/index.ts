export { apiService } from './api-service.ts';
export type { Route } from './gateway-body.ts';
