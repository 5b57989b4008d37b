import type { Stage } from '@nanoservices/model';
import { type Service, serviceOf } from './service.ts';

/**
 * The Serverless service of the deployment bucket, to which Serverless uploads templates and code. Serverless makes a
 * bucket for a service that names none. All others name this one, so their stacks need this stack.
 */
export function platformService(stage: Stage): Service {
  return serviceOf(stage, 'platform', {
    provider: {
      deploymentBucket: {
        blockPublicAccess: true,
        serverSideEncryption: 'AES256',
        maxPreviousDeploymentArtifacts: 3,
      },
    },
  });
}
