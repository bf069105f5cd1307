"""The classroom: a class predicts, labels and reveals how outlets report an event, on a network that needs no internet.

`lesson` is what is asked, `class_record` what a class answered; everything else works on these two."""
