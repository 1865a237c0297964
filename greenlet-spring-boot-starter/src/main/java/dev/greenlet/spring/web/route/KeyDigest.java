package dev.greenlet.spring.web.route;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * A short name for a key, which may be a secret. Equal keys have the same one as long as the
 * process lives. It is salted with what only the process knows, so that no key can be found by
 * trying.
 */
final class KeyDigest {
  private static final int SHOWN_BYTES = 4;
  private static final byte[] SALT = new byte[32];

  static {
    new SecureRandom().nextBytes(SALT);
  }

  private KeyDigest() {}

  /** Returns eight hexadecimal digits. */
  static String of(Object key) {
    MessageDigest digest = sha256();
    digest.update(SALT);
    byte[] hash = digest.digest(ByteBuffer.allocate(Integer.BYTES).putInt(key.hashCode()).array());
    return HexFormat.of().formatHex(hash, 0, SHOWN_BYTES);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException everyPlatformHasIt) {
      throw new IllegalStateException(everyPlatformHasIt);
    }
  }
}
