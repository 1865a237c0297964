package dev.greenlet.spring.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;

/**
 * A self-signed certificate for {@code localhost}, made when it is needed.
 *
 * @param certificate the certificate as PEM
 * @param key its key as PEM, readable by its owner only
 * @param trustStore a PKCS #12 store with both, of the password {@link #PASSWORD}
 */
record ServerCertificate(Path certificate, Path key, Path trustStore) {
  static final String PASSWORD = "not-secret";
  private static final String ALIAS = "server";

  static ServerCertificate make(Path folder) {
    try {
      Path store = folder.resolve("server.p12");
      keytool(store);
      KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
      Path certificate =
          pem(folder, "server.crt", "CERTIFICATE", keys.getCertificate(ALIAS).getEncoded());
      Path key =
          pem(
              folder,
              "server.key",
              "PRIVATE KEY",
              keys.getKey(ALIAS, PASSWORD.toCharArray()).getEncoded());
      if (Files.getFileStore(key).supportsFileAttributeView("posix")) {
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
      }
      return new ServerCertificate(certificate, key, store);
    } catch (IOException | GeneralSecurityException failure) {
      throw new IllegalStateException(failure);
    } catch (InterruptedException interrupt) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupt);
    }
  }

  private static void keytool(Path store) throws IOException, InterruptedException {
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                ALIAS,
                "-keyalg",
                "RSA",
                "-keysize",
                "2048",
                "-dname",
                "CN=localhost",
                "-ext",
                "SAN=dns:localhost,ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD)
            .redirectErrorStream(true)
            .start();
    String output = new String(keytool.getInputStream().readAllBytes());
    if (keytool.waitFor() != 0) {
      throw new IllegalStateException("keytool failed: " + output);
    }
  }

  private static Path pem(Path folder, String file, String label, byte[] content)
      throws IOException {
    String text =
        "-----BEGIN %1$s-----%n%2$s%n-----END %1$s-----%n"
            .formatted(label, Base64.getMimeEncoder().encodeToString(content));
    return Files.writeString(folder.resolve(file), text);
  }
}
