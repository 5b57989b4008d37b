export { type DeployedFunction, functionService, grantsVariable } from './function-service.ts';
export { platformService } from './platform-service.ts';
export { configurationOf, renderService, type Service } from './service.ts';
export {
  Cors,
  databaseUrlParameter,
  functionName,
  functionUrlParameter,
  liveAlias,
  type Stage,
  StagesFile,
  stackName,
} from './stage.ts';
