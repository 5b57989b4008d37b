import { entriesOf, isJson, type Json, valueAt } from '../json.ts';

/** The text of each pseudo parameter of CloudFormation that has a counterpart here. */
const pseudoParameters: Readonly<Record<string, string | undefined>> = {
  'AWS::Region': '{region}',
  'AWS::AccountId': '{account}',
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
};

const arn = (service: string, name: string) => `arn:aws:${service}:{region}:{account}:${name}`;

/** Results of `Ref` and `Fn::GetAtt` for a resource with a name of its own, by the resource's type. */
const namedResources: Readonly<
  Record<
    string,
    { readonly nameKey: string; attributes(name: string): Readonly<Record<string, string>> } | undefined
  >
> = {
  'AWS::DynamoDB::Table': {
    nameKey: 'TableName',
    attributes: (name) => ({ Ref: name, Arn: arn('dynamodb', `table/${name}`) }),
  },
  'AWS::S3::Bucket': {
    nameKey: 'BucketName',
    attributes: (name) => ({ Ref: name, Arn: `arn:aws:s3:::${name}` }),
  },
  'AWS::SQS::Queue': {
    nameKey: 'QueueName',
    attributes: (name) => ({
      Ref: `https://sqs.{region}.amazonaws.com/{account}/${name}`,
      Arn: arn('sqs', name),
      QueueName: name,
    }),
  },
  'AWS::SNS::Topic': {
    nameKey: 'TopicName',
    attributes: (name) => ({ Ref: arn('sns', name), TopicArn: arn('sns', name), TopicName: name }),
  },
};

/**
 * The text that CloudFormation makes of a value of a template, with placeholders for region and account.
 *
 * @param service - the configuration, whose `resources` the value may name
 * @returns undefined where only CloudFormation knows it, as the name that it makes for a resource without one
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 */
export function templateText(value: unknown, service: Json): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return `${value}`;
  if (typeof value === 'string') return value.includes('${') ? undefined : value;
  const [[name, argument] = [], ...others] = entriesOf(value);
  if (others.length > 0) return undefined;
  if (name === 'Ref' && typeof argument === 'string') return attribute(argument, 'Ref', service);
  if (name === 'Fn::GetAtt') {
    const [resource, key] = Array.isArray(argument) ? argument : `${argument}`.split('.');
    return attribute(`${resource}`, `${key}`, service);
  }
  if (name === 'Fn::Sub') return substituted(argument, service);
  if (name === 'Fn::Join' && Array.isArray(argument) && Array.isArray(argument[1])) {
    const parts = argument[1].map((part) => templateText(part, service));
    return parts.includes(undefined) ? undefined : parts.join(`${argument[0]}`);
  }
  return undefined;
}

function substituted(argument: unknown, service: Json): string | undefined {
  const [text, values] = Array.isArray(argument) ? argument : [argument];
  if (typeof text !== 'string') return undefined;
  const parts = text.split(/(\$\{[^}]*\})/).map((part) => {
    const [, literal, name = ''] = /^\$\{(!)?\s*([^}]*?)\s*\}$/.exec(part) ?? [];
    if (literal) return `\${${name}}`;
    if (!name) return part;
    if (isJson(values) && name in values) return templateText(values[name], service);
    const [resource = '', ...keys] = name.split('.');
    return attribute(resource, keys.join('.') || 'Ref', service);
  });
  return parts.includes(undefined) ? undefined : parts.join('');
}

/** @param key - `Ref`, or an attribute */
function attribute(resource: string, key: string, service: Json): string | undefined {
  if (key === 'Ref' && pseudoParameters[resource]) return pseudoParameters[resource];
  const found = resourceNamed(resource, service);
  const kind = namedResources[`${found?.Type}`];
  if (!found || !kind) return undefined;
  const name = templateText(valueAt(found, ['Properties', kind.nameKey]), service);
  return name === undefined ? undefined : kind.attributes(name)[key];
}

/** `resources` is a map, or a list of maps. */
function resourceNamed(name: string, { resources }: Json): Json | undefined {
  const parts = Array.isArray(resources) ? resources : [resources];
  return parts.map((part) => valueAt(part, ['Resources', name])).find(isJson);
}
