import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import type { SourceValue } from './source-value.ts';

/** The values of a YAML or JSON text, with their lines. Tags of CloudFormation (`!Ref`) are ignored. */
export function yamlTree(text: string): SourceValue {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, logLevel: 'silent', merge: true });
  return sourceValue(document, lineCounter, document.contents);
}

function sourceValue(document: Document, lines: LineCounter, node: unknown): SourceValue {
  const target = isAlias(node) ? node.resolve(document) : node;
  const found = (at: unknown, value: unknown) => ({
    line: lines.linePos((at as Node | null)?.range?.[0] ?? 0).line,
    value: sourceValue(document, lines, value),
  });
  return {
    ...(isScalar(target) && typeof target.value === 'string' && { text: target.value }),
    entry(key) {
      if (isSeq(target)) {
        const item = target.items[Number(key)];
        return item === undefined ? undefined : found(item, item);
      }
      if (!isMap(target)) return undefined;
      const pair = target.items.find((one) => isScalar(one.key) && `${one.key.value}` === key);
      return pair && found(pair.key, pair.value);
    },
  };
}
