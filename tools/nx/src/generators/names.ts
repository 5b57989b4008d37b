import type { Workspace } from '@nanoservices/model';

/** The npm scope of the application's packages, with its slash; empty when they have none. */
export function scopeOf({ endpoints, schemas, database, manifest }: Workspace): string {
  const names = [...endpoints, schemas, database].flatMap((one) => one?.packageName ?? []);
  return /^@[^/]+\//.exec(names[0] ?? manifest.name)?.[0] ?? '';
}

/** get-order -> getOrder */
export function camelCase(name: string): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** get-order -> Get order */
export function sentence(name: string): string {
  const words = name.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** listOrders, list_orders, "List orders" -> list-orders. Empty when nothing of the text can be in a name. */
export function toKebabCase(text: string): string {
  return text
    .replace(/([a-z\d])([A-Z])|([A-Z])(?=[A-Z][a-z])/g, '$1$3-$2')
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter(Boolean)
    .join('-')
    .replace(/^[\d-]+/, '');
}
