import type { Stage } from '@nanoservices/model';

/** The output with the name that DNS must give for the domain. */
export const domainTargetOutput = 'DomainTarget';

/**
 * The domain of a stage. HTTP APIs take regional ones with TLS 1.2 only.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-custom-domain-names.html
 */
export function domainResource({ domain }: Stage): object {
  if (!domain) return {};
  const configuration = {
    CertificateArn: domain.certificateArn,
    EndpointType: 'REGIONAL',
    SecurityPolicy: 'TLS_1_2',
  };
  return {
    Domain: {
      Type: 'AWS::ApiGatewayV2::DomainName',
      Properties: { DomainName: domain.name, DomainNameConfigurations: [configuration] },
    },
  };
}

/** Sends the requests to a domain that begin with a path to an API, without this path; all others, when it is empty. */
export function apiMapping({ domain }: Stage, basePath: string): object {
  if (!domain) return {};
  return {
    DomainMapping: {
      Type: 'AWS::ApiGatewayV2::ApiMapping',
      DependsOn: ['HttpApiStage'],
      Properties: {
        ApiId: { Ref: 'HttpApi' },
        Stage: '$default',
        // The stack of another API has the domain itself.
        DomainName: basePath ? domain.name : { Ref: 'Domain' },
        ...(basePath && { ApiMappingKey: basePath.slice(1) }),
      },
    },
  };
}

export function domainOutputs({ domain }: Stage): object {
  if (!domain) return {};
  return {
    [domainTargetOutput]: { Value: { 'Fn::GetAtt': ['Domain', 'RegionalDomainName'] } },
    DomainHostedZoneId: { Value: { 'Fn::GetAtt': ['Domain', 'RegionalHostedZoneId'] } },
  };
}
