import { expect } from 'vitest';

/** Actions that CloudFormation takes for properties which no template of ours has. */
const ofProperties: Readonly<Record<string, Readonly<Record<string, RegExp>>>> = {
  'AWS::ApiGatewayV2::Api': { BodyS3Location: /^s3:getObject$/ },
  'AWS::Lambda::Function': {
    VpcConfig: /^ec2:/,
    FileSystemConfigs: /^(?:elasticfilesystem|s3files):/,
    KmsKeyArn: /^kms:/,
    CodeSigningConfigArn: /^lambda:(?:GetCodeSigningConfig|(?:Put|Delete)FunctionCodeSigningConfig)$/,
    Layers: /^lambda:GetLayerVersion$/,
    RecursiveLoop: /^lambda:PutFunctionRecursionConfig$/,
    FunctionScalingConfig: /^lambda:PutFunctionScalingConfig$/,
    CapacityProviderConfig: /^lambda:PassCapacityProvider$/,
    RuntimeAlias: /^lambda:AssociateRuntimeAlias$/,
  },
  'AWS::IAM::Role': {
    // A role whose boundary could be taken away would have none.
    WithoutBoundary: /^iam:DeleteRolePermissionsBoundary$/,
  },
  'AWS::Logs::LogGroup': {
    KmsKeyId: /^logs:(?:Dis)?[Aa]ssociateKmsKey$/,
    DataProtectionPolicy: /^(?:logs:(?:Put|Delete)DataProtectionPolicy|firehose:TagDeliveryStream)$/,
    FieldIndexPolicies: /^logs:(?:Put|Delete)IndexPolicy$/,
    ResourcePolicyDocument: /^logs:DeleteResourcePolicy$/,
    DeletionProtectionEnabled: /^logs:PutLogGroupDeletionProtection$/,
    BearerTokenAuthenticationEnabled: /^logs:PutBearerTokenAuthentication$/,
  },
  'AWS::S3::Bucket': {
    AbacStatus: /^s3:PutBucketAbac$/,
    AccelerateConfiguration: /^s3:PutAccelerateConfiguration$/,
    AccessControl: /^s3:Put(?:Bucket|Object)Acl$/,
    AnalyticsConfigurations: /^s3:PutAnalyticsConfiguration$/,
    CorsConfiguration: /^s3:PutBucketCORS$/,
    IntelligentTieringConfigurations: /^s3:PutIntelligentTieringConfiguration$/,
    InventoryConfigurations: /^s3:PutInventoryConfiguration$/,
    LifecycleConfiguration: /^s3:PutLifecycleConfiguration$/,
    LoggingConfiguration: /^s3:PutBucketLogging$/,
    MetadataTableConfiguration: /^(?:s3:(?:Create|Delete|Update)BucketMetadata\w+|s3tables:\w+)$/,
    MetricsConfigurations: /^s3:PutMetricsConfiguration$/,
    NotificationConfiguration: /^s3:PutBucketNotification$/,
    ObjectLockConfiguration: /^s3:Put(?:Bucket)?ObjectLockConfiguration$/,
    ReplicationConfiguration: /^(?:s3:PutReplicationConfiguration|iam:PassRole)$/,
    WebsiteConfiguration: /^s3:(?:Put|Delete)BucketWebsite$/,
  },
};

/**
 * The actions that CloudFormation does not take for some resources, as `<type> <action>` for a set.
 *
 * @throws AssertionError when a resource has a property whose actions are listed here
 */
export function unneededActions(
  resources: readonly { readonly Type: string; readonly Properties: Readonly<Record<string, unknown>> }[],
): { has(typeAndAction: string): boolean } {
  for (const { Type, Properties } of resources) {
    const listed = Object.keys(ofProperties[Type] ?? {});
    expect(listed.filter((property) => property in Properties)).toEqual([]);
  }
  return {
    has(typeAndAction) {
      const [type = '', action = ''] = typeAndAction.split(' ');
      return Object.values(ofProperties[type] ?? {}).some((pattern) => pattern.test(action));
    },
  };
}
