import { h } from './dom.ts';

export interface UserError {
  readonly message: string;
  readonly field: readonly string[] | null;
}

/** What the user can do something about: said below the form, and the inputs marked that the errors name. */
export function createUserErrors(form: HTMLFormElement) {
  const place = h('p', { className: 'error', id: `error-${crypto.randomUUID()}`, role: 'alert' });
  form.append(place);

  return {
    /** Nothing is wrong any more where the list is empty. */
    show(errors: readonly UserError[]): void {
      place.textContent = errors.map(({ message }) => message).join(' ');
      const names = new Set(errors.flatMap(({ field }) => field?.at(-1) ?? []));
      for (const input of form.querySelectorAll('input')) {
        const isWrong = names.has(input.name);
        input.ariaInvalid = String(isWrong);
        if (isWrong) input.setAttribute('aria-describedby', place.id);
        else input.removeAttribute('aria-describedby');
      }
      const wrong = form.querySelector<HTMLInputElement>('[aria-invalid="true"]');
      wrong?.focus();
    },
  };
}
