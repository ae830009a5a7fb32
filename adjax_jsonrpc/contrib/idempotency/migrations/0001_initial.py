"""Creates the table."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Creates the table."""

    initial = True
    dependencies = ()
    operations = (
        migrations.CreateModel(
            name="IdempotencyKey",
            fields=[
                ("key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("token", models.CharField(max_length=32)),
                ("fingerprint", models.CharField(max_length=32)),
                ("state", models.CharField(max_length=8)),
                ("started", models.FloatField()),
                ("expires", models.FloatField(db_index=True, null=True)),
                ("is_error", models.BooleanField(default=False)),
                ("answer", models.BinaryField(null=True)),
            ],
        ),
    )
