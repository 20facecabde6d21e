// Part of embed-live.js.
// The page of one's account, for those whom this site alone knows: guests, and people of its single sign-on. The server's
// cookie is not theirs yet; a one-time code, good for a minute, takes them there.
async function openAccount(element) {
  const { server, meant: { lang } } = element;
  // Opened before this waits for anything: browsers allow windows only while the click is fresh.
  const opened = open('', '_blank');
  if (!opened) return element.tell('account-blocked');
  // What is shown there is none of this page's business.
  opened.opener = null;
  try {
    const response = await fetch(sessionAddress(element) + '/handover', {
      method: 'POST', credentials: 'omit', headers: { authorization: 'Bearer ' + element.token }, signal: AbortSignal.timeout(10000),
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.code);
    element.tell(null);
    // A fragment is sent to nobody.
    opened.location.replace(`${server}/me/enter?${new URLSearchParams({ lang })}#${answer.code}`);
  } catch {
    opened.close();
    element.tell('account-failed');
    element.emit('error', { code: 'account' });
  }
}
