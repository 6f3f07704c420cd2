interface User {
  name: string;
  email: string;
  active: boolean;
}

export function activeEmails(users: User[]): string[] {
  return users.filter((user) => █
}
