import type { Service } from './service.ts';
import { type Stage, stackName } from './stage.ts';

/**
 * The stack that all others of a stage need: the bucket that Serverless uploads templates and code to. Serverless makes
 * one for every service that names none; this is the only service that does not.
 */
export function platformService(stage: Stage): Service {
  return {
    service: `${stage.application}-platform`,
    frameworkVersion: '4',
    configValidationMode: 'error',
    provider: {
      name: 'aws',
      stage: stage.name,
      region: stage.region,
      stackName: stackName(stage, 'platform'),
      deploymentBucket: {
        blockPublicAccess: true,
        serverSideEncryption: 'AES256',
        maxPreviousDeploymentArtifacts: 3,
      },
      stackTags: { ...stage.tags, application: stage.application, stage: stage.name },
    },
  };
}
