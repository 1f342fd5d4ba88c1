export declare const logins: readonly string[];

export interface Logins {
  signIn(login: string, options?: { readonly again?: boolean }): Promise<string | undefined>;
  loginOf(headers: string | null): string | undefined;
  withLogin(headers: string | null, login: string): string;
  fresh(headers: string | null): string | null;
  stored(headers: string | null): string | null;
  isPlaceholder(value: string | undefined): boolean;
}

export declare function createLogins(endpoint: string): Logins;
