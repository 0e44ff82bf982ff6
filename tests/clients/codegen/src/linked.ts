// What a page does to which the link in a mail leads.
/** The token of the link that led here. From then on it stands neither in the address bar nor in the history. */
export const linkedToken = (): string | null => {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (token) history.replaceState(null, "", location.pathname);
  return token;
};
