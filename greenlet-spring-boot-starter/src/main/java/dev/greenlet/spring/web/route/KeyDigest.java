package dev.greenlet.spring.web.route;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * A short name for a key, which may be confidential. Equal keys have the same name within one
 * process. The name is salted with a secret of the process, so that keys cannot be found by trial.
 * Thread-safe.
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
