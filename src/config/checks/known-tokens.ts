/** Digests of words that everybody tries first. */

/** SHA-256 of each: as a token, the word would be a password that can be guessed. */
const DIGESTS: ReadonlyMap<string, string> = new Map([
  ['e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', ''],
  ['2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae', 'foo'],
  ['fcde2b2edba56bf408601fb721fe9b5c338d10ee429ea04fae5511b68fbf8fb9', 'bar'],
  ['9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', 'test'],
  ['3c469e9d6c5875d37a43f353d4f88e61fcf812c66eee3457465a40b0da4153e0', 'token'],
  ['2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b', 'secret'],
  ['5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8', 'password'],
  ['057ba03d6c44104863dc7361fe4578965d1887360f90a0895882e58a6248fc86', 'changeme'],
  ['50d858e0985ecc7f60418aaf0cc5ab587f42c2570a884095a9e8ccacd0f6545c', 'example'],
  ['7640da40298286a6e462d5a80f1c608b0df8660fb13bd5aad0f32b6db68b42c0', 'hive'],
  ['8c6976e5b5410415bde908bd4dee15dfb167a9c873fc4bb8a81f6f2ab448a918', 'admin'],
  ['8d969eef6ecad3c29a3a629280e686cf0c3f5d5a86aff3ca12020c923adc6c92', '123456'],
  ['5eec0dc419aa8337bf725f026fda9c78c1cb1c642eeaff9d6e1112f37783e942', 'laptop'],
  ['9efc47e968b6d5d6f25789ff546d6bc416705fd493afeca524b5aa3fa3433521', 'hive_token'],
  ['2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824', 'hello'],
  ['37a8eec1ce19687d132fe29051dca629d164e2c4958ba141d5f4133a33f0688f', 'default'],
]);

/** The word with this digest; undefined if it is none of the usual ones. */
export const guessableWord = (digest: string): string | undefined =>
  DIGESTS.get(digest.replace(/^sha256:/, ''));
