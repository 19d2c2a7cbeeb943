"""What the tests of the contract share: the official SDKs as judges of our client and of the emulator."""
